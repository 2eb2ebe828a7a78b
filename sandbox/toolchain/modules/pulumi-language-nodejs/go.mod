// The last version of the SDK module that still holds the Node.js language host as Go code.
module serin/sandbox/pulumi-language-nodejs

go 1.26.0

require github.com/pulumi/pulumi/sdk/v3 v3.68.0
