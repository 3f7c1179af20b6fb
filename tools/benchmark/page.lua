-- Asks for one page as somebody who is signed in: wrk -s page.lua URL -- HEADER VALUE
-- Prints a line of JSON: requests, how many were not answered with the page, and milliseconds.
local threads = {}
wrong = 0

function setup(thread) table.insert(threads, thread) end

function init(arguments) wrk.headers[arguments[1]] = arguments[2] end

function response(status) if status ~= 200 then wrong = wrong + 1 end end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
  print(string.format(
    '{"requests": %d, "failed": %d, "p50": %.3f, "p99": %.3f}', summary.requests, failed,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
