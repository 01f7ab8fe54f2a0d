-- The figures of a run as one line of JSON; latencies in microseconds.
done = function(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '\nresult {"requests": %d, "duration": %d, "p50": %f, "p99": %f, "failures": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
