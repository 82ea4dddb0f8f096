# What is data in the tree becomes constants in the binary: queries, migrations, texts, resources, rules, pinyin.
find_program(SP_LUA NAMES lua5.4 REQUIRED)
find_program(SP_UCONV NAMES uconv REQUIRED)
set(SP_GENERATED ${CMAKE_BINARY_DIR}/generated/generated)
file(MAKE_DIRECTORY ${SP_GENERATED})

file(GLOB sp_queries CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/queries/*.sql)
file(GLOB sp_migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/migrations/*.sql)
file(GLOB sp_texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/text/*.json)
file(GLOB sp_resources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/resources/*.json ${CMAKE_SOURCE_DIR}/schema/config/*.json)
file(GLOB_RECURSE sp_rules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/lib/*.lua ${CMAKE_SOURCE_DIR}/rules/base/*.lua)
list(FILTER sp_rules EXCLUDE REGEX "/rules/base/spec/")
file(GLOB_RECURSE sp_specs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/base/spec/*.lua ${CMAKE_SOURCE_DIR}/rules/base/cases/*.json)

file(GLOB sp_profiles CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/devices/profiles/*.json)

# sp_generate(NAME kind inputs…): generated/NAME.{h,c} by runtime/cmake/embed.lua
function(sp_generate name)
  set(script ${CMAKE_SOURCE_DIR}/runtime/cmake/embed.lua)
  add_custom_command(
    OUTPUT ${SP_GENERATED}/${name}.h ${SP_GENERATED}/${name}.c
    COMMAND ${SP_LUA} ${script} ${name} ${SP_GENERATED} ${CMAKE_SOURCE_DIR} ${ARGN}
    DEPENDS ${script} ${ARGN}
    COMMENT "Generating ${name}"
    VERBATIM)
endfunction()

sp_generate(queries ${sp_queries})
sp_generate(migrations ${sp_migrations})
sp_generate(texts ${sp_texts})
sp_generate(resources ${sp_resources})
sp_generate(rules ${sp_rules})
sp_generate(profiles ${sp_profiles})
sp_generate(specs ${sp_specs}) # what `suanpan test` runs for the built-in pack
add_custom_command(
  OUTPUT ${SP_GENERATED}/pinyin.h ${SP_GENERATED}/pinyin.c
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C.UTF-8 ${SP_LUA} ${CMAKE_SOURCE_DIR}/runtime/cmake/embed.lua pinyin ${SP_GENERATED} ${SP_UCONV}
  DEPENDS ${CMAKE_SOURCE_DIR}/runtime/cmake/embed.lua
  COMMENT "Generating pinyin"
  VERBATIM)

set(sp_generated_sources)
foreach(name queries migrations texts resources rules specs profiles pinyin)
  list(APPEND sp_generated_sources ${SP_GENERATED}/${name}.c)
endforeach()
add_library(sp_generated STATIC ${sp_generated_sources})
target_include_directories(sp_generated PUBLIC ${CMAKE_BINARY_DIR}/generated)

# Everything the compiler does not find in the tree: what a linter that reads our sources needs, without compiling them.
# devices/till adds the bundled pages to it.
add_custom_target(generated DEPENDS ${sp_generated_sources})
