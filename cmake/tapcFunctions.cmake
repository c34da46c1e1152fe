# tapc_add_library(<name> SOURCES <file.dsl>...
#                  [DEFINES <NAME=VALUE>...] [ISA <level>...]
#                  [SCHEDULE <file>] [TARGET <triple>] [OPTIONS <option>...])
#
# A static library of kernels. Each source gives one object and one header of
# its name; the header's folder is in the library's include path. When CMake
# cross-compiles for AArch64, the target follows by itself.
function(tapc_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCHEDULE;TARGET"
    "SOURCES;DEFINES;ISA;OPTIONS")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tapc_add_library(<name> SOURCES <file.dsl>... "
      "[DEFINES ...] [ISA ...] [SCHEDULE file] [TARGET triple] "
      "[OPTIONS ...])")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.tapc)
  set(options ${arg_OPTIONS})
  foreach(define ${arg_DEFINES})
    list(APPEND options -D ${define})
  endforeach()
  if(arg_ISA)
    list(JOIN arg_ISA "," levels)
    list(APPEND options --isa=${levels})
  endif()
  if(arg_SCHEDULE)
    get_filename_component(schedule ${arg_SCHEDULE} ABSOLUTE)
    list(APPEND options --schedule=${schedule})
  endif()
  if(NOT arg_TARGET AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(arg_TARGET aarch64-linux-gnu)
  endif()
  if(arg_TARGET)
    list(APPEND options --target=${arg_TARGET})
  endif()
  file(MAKE_DIRECTORY ${folder})
  set(objects)
  set(headers)
  foreach(source ${arg_SOURCES})
    get_filename_component(path ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME_WE)
    add_custom_command(
      OUTPUT ${folder}/${stem}.o ${folder}/${stem}.h
      COMMAND ${TAPC_EXECUTABLE} compile ${path} -o ${folder}/${stem}.o
        -H ${folder}/${stem}.h -MD -MF ${folder}/${stem}.d
        -MT ${folder}/${stem}.o ${options}
      DEPENDS ${path} ${TAPC_EXECUTABLE}
      DEPFILE ${folder}/${stem}.d
      COMMENT "Compiling kernels of ${source}"
      VERBATIM)
    list(APPEND objects ${folder}/${stem}.o)
    list(APPEND headers ${folder}/${stem}.h)
  endforeach()
  add_library(${name} STATIC ${objects} ${headers})
  set_source_files_properties(${objects} PROPERTIES
    EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name} PUBLIC ${folder})
endfunction()
