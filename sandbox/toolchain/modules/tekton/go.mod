module serin/sandbox/tekton

go 1.26.0

require (
	github.com/tektoncd/pipeline v1.0.0
	github.com/tektoncd/triggers v0.30.0
)
