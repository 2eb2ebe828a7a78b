module serin/sandbox/tekton-triggers

go 1.26.0

require github.com/tektoncd/triggers v0.30.0
