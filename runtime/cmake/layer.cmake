# sp_layer(NAME LINKS a b …): one static library sp_NAME from the *.c of the current folder.
# A header-only folder becomes an interface library. LINKS names what lies below; nothing else can be linked,
# and tests/lint checks that nothing else is included.
function(sp_layer name)
  cmake_parse_arguments(ARG "" "" "LINKS;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  list(APPEND sources ${ARG_SOURCES})
  if(sources)
    add_library(sp_${name} STATIC ${sources})
    target_include_directories(sp_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/runtime ${CMAKE_BINARY_DIR}/generated)
    target_link_libraries(sp_${name} PUBLIC ${ARG_LINKS} PRIVATE sp_warnings)
    add_dependencies(sp_${name} sp_generated)
  else()
    add_library(sp_${name} INTERFACE)
    target_include_directories(sp_${name} INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/runtime ${CMAKE_BINARY_DIR}/generated)
    target_link_libraries(sp_${name} INTERFACE ${ARG_LINKS})
  endif()
endfunction()
