// api/http/limits.h - every number that bounds the HTTP door, and what a client is told when it is reached.
#pragma once

#include <chrono>
#include <cstddef>

namespace gmpi::http {

struct HttpLimits {
  // Request head. Longer: 431; longer target: 414; more fields: 431. The connection is closed.
  std::size_t header_bytes_max = 8 * 1024;
  std::size_t target_bytes_max = 4 * 1024;
  std::size_t header_fields_max = 64;
  std::size_t query_parameters_max = 64;  // 400

  // Bytes read from a client before they are needed: the head, the first of the body, pipelined requests.
  // A connection's requests are answered one after another, so this is also the bound on pipelining.
  std::size_t read_ahead_bytes_max = 16 * 1024;
  std::size_t chunk_extension_bytes_max = 256;  // 400

  // Time-outs, each from its own start (a byte now and then does not renew them). Kept to `sweep_every`.
  std::chrono::milliseconds header_timeout{5'000};  // first byte to end of head: 408 and close
  std::chrono::milliseconds body_timeout{30'000};   // end of head to end of body: 408 and close
  std::chrono::milliseconds idle_timeout{60'000};   // between requests: close
  std::chrono::milliseconds write_timeout{30'000};  // the client does not read its answer: close
  std::chrono::milliseconds linger_timeout{2'000};  // after an answer that closes: time to let it arrive
  std::size_t linger_bytes_max = 8 * 1024 * 1024;   // and what is read and thrown away meanwhile
  std::chrono::milliseconds sweep_every{100};

  // Connections. One request is in flight on a connection, so these bound requests in flight too.
  int connections_max = 4096;        // 503 with Retry-After, and close
  int connections_per_ip_max = 512;  // 429 with Retry-After, and close
  int refusals_max = 64;             // more clients than this waiting for their 429 or 503: closed unanswered

  // Handlers that may wait for the disk run on their own threads, those that read apart from those that
  // change, so that a burst of changes does not stop reading. Running and waiting together above the limit:
  // 503 with Retry-After.
  int read_threads = 8;
  int reads_max = 1024;
  int change_threads = 32;
  int changes_max = 256;
  int operation_threads = 1;
  int operations_max = 64;
  int retry_after_s = 1;
};

}  // namespace gmpi::http
