# gcc, clang and Apple clang.
foreach(target IN LISTS NOGIL_TARGETS)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Werror)
endforeach()

if(NOGIL_PORTABLE)
  target_compile_options(nogil PRIVATE -g0)
endif()

if(APPLE)
  # Node-API is provided by whatever process loads the module.
  target_link_options(nogil PRIVATE -undefined dynamic_lookup)
else()
  # Some distributions bind everything at load time. Then the module could not be loaded by a host that
  # lacks one Node-API symbol, nor by the C tests, which have no host at all.
  target_link_options(nogil PRIVATE -Wl,-z,lazy)
endif()

if(NOGIL_SANITIZE STREQUAL "address")
  set(sanitizer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(NOGIL_SANITIZE STREQUAL "thread")
  set(sanitizer -fsanitize=thread)
elseif(NOGIL_SANITIZE)
  message(FATAL_ERROR "NOGIL_SANITIZE=${NOGIL_SANITIZE}: expected address or thread")
endif()
if(NOGIL_SANITIZE)
  foreach(target IN LISTS NOGIL_TARGETS)
    target_compile_options(${target} PRIVATE ${sanitizer} -O1 -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE ${sanitizer})
    # RTLD_DEEPBIND aborts under sanitizers.
    target_compile_definitions(${target} PRIVATE NOGIL_SANITIZE=1)
  endforeach()
endif()
