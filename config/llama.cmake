# Of llama.cpp nothing but the library that llama-cpp-python loads: its tools, which take as long again, are left out. Read by scripts/setup.
set(LLAMA_BUILD_COMMON OFF)
