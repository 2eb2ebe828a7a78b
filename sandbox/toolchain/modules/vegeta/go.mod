module serin/sandbox/vegeta

go 1.26.0

require github.com/tsenart/vegeta/v12 v12.13.0
