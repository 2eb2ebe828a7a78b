module serin/sandbox/promtool

go 1.26.0

require github.com/prometheus/prometheus v0.300.0
