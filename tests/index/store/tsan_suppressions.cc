// For ThreadSanitizer builds of programs that hold RocksDB. Debian's RocksDB is not instrumented: the
// sanitizer sees its memcmp and delete but not the atomics that order them. Only frames of RocksDB are named
// here, never ours.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:^rocksdb::\n"
         "race:^void rocksdb::\n"
         // RocksDB's sets of file names; ours hold no std::unordered_set of strings.
         "race:^std::_Hashtable<std::__cxx11::basic_string*std::__detail::_Identity*>::find\n";
}
#endif
