/* A host for workloads.lua: lua FILE [off]. Built once with Lua and once with LuaJIT; "off"
 * switches the latter's compiler off. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"
#include "workloads.h"

static int lua_get(lua_State *lua)
{
    lua_pushinteger(lua, (lua_Integer)host_get((uint32_t)lua_tointeger(lua, 1)));
    return 1;
}

static int lua_set(lua_State *lua)
{
    host_set((uint32_t)lua_tointeger(lua, 1), (int64_t)lua_tonumber(lua, 2));
    return 0;
}

static void stop(lua_State *lua)
{
    (void)fprintf(stderr, "%s\n", lua_tostring(lua, -1));
    exit(1);
}

/* Calls function number `workload` of the file, which lie at the bottom of the stack. */
static int64_t call(lua_State *lua, int workload, int64_t a, int64_t b)
{
    lua_pushvalue(lua, workload);
    lua_pushinteger(lua, (lua_Integer)a);
    lua_pushinteger(lua, (lua_Integer)b);
    if (lua_pcall(lua, 2, 1, 0) != 0) stop(lua);
    int64_t result = (int64_t)lua_tonumber(lua, -1);
    lua_pop(lua, 1);
    return result;
}

int main(int argc, char **argv)
{
    static const int64_t counts[] = {0, W1_COUNT, W2_ROUNDS, W3_COUNT};
    if (argc < 2) return 2;
    lua_State *lua = luaL_newstate();
    luaL_openlibs(lua);
    lua_register(lua, "host_get", lua_get);
    lua_register(lua, "host_set", lua_set);
    if (argc > 2 && strcmp(argv[2], "off") == 0 && luaL_dostring(lua, "jit.off()") != 0) stop(lua);
    if (luaL_loadfile(lua, argv[1]) != 0 || lua_pcall(lua, 0, 4, 0) != 0) stop(lua);
    for (int workload = 1; workload <= 3; workload++) {
        double start = cpu_ns();
        int64_t check = call(lua, workload, counts[workload], SEED);
        tell(workload, (cpu_ns() - start) / (double)counts[workload], check);
    }
    double start = cpu_ns();
    int64_t check = 0;
    for (int64_t k = 0; k < W4_COUNT; k++) check += call(lua, 4, k, 7) & 1023;
    tell(4, (cpu_ns() - start) / W4_COUNT, check);
    lua_close(lua);
    return 0;
}
