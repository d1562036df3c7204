# The modules of the core, low to high, in the order of layers.json.
if(WIN32)
  set(platform src/platform_windows.c)
else()
  set(platform src/platform_posix.c src/platform_signals_posix.c)
endif()

set(NOGIL_SOURCES
  ${platform}
  src/barrier.c
  src/blocks.c
  src/mailbox.c
  src/capi.c
  src/capi_older.c
  src/finalizer_guard.c
  src/finalizer_guard_gates.c
  src/watchdog.c
  src/signals.c
  src/error.c
  src/startup_config.c
  src/import_flags.c
  src/interpreter_guard.c
  src/bootstrap.c
  src/handles.c
  src/handles_shared.c
  src/identity.c
  src/abi.c
  src/abi_experiment.c
  src/abi_slots.c
  src/abi_visitor.c
  src/gil_watch.c
  src/interpreter.c
  src/environment.c
  src/js_objects.c
  src/convert.c
  src/convert_build.c
  src/convert_flatten.c
  src/operations.c
  src/emit_lock.c
  src/emit_lock_names.c
  src/emit_lock_types.c
  src/mutexes.c
  src/dispatch.c
  src/dispatch_errors.c
  src/dispatch_frames.c
  src/dispatch_request.c
  src/dispatchers.c
  src/emit_statistics.c
  src/type_tag.c
  src/type_watch.c
  src/type_table.c
  src/type_entries.c
  src/type_cache_share.c
  src/type_cache.c
  src/objects.c
  src/handle_calls.c
  src/abi_inspect.c
)

# The door: only what runs inside a JavaScript engine. The C tests do without it.
set(NOGIL_DOOR_SOURCES
  src/napi.c
  src/napi_life_cycle.c
  src/napi_operations.c
  src/napi_objects.c
  src/napi_abi.c
  src/napi_handles.c
  src/napi_type_cache.c
  src/napi_emit_lock.c
  src/napi_mutexes.c
  src/napi_wake.c
  src/napi_finalizer_guard.c
  src/napi_dispatch.c
)

# The core's own Python code (src/python), in the order in which it runs: when Python starts, and when the
# first JavaScript object crosses.
set(NOGIL_PYTHON_deferred_sources
  constants
  js_proxy
)
set(NOGIL_PYTHON_sources
  errors
  values
  codecs
  evaluation
  objects
  protocols
  containers
  emit
  build
  ending
)
