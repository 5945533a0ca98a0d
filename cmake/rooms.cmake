# gmpi_room(NAME SOURCES ... LINK ...)   a room: a static library seen from the repository root
# gmpi_test(NAME SOURCES ... LINK ... [LABELS parsers])   a GoogleTest program whose cases ctest lists one by one;
#                                        scripts/test runs those of parsers under sanitizers as well

function(gmpi_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  add_library(gmpi_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(gmpi_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(gmpi_${name} PUBLIC ${ROOM_LINK})
endfunction()

function(gmpi_test name)
  cmake_parse_arguments(TEST "" "LABELS" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_LINK} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 LABELS "${TEST_LABELS}")
endfunction()
