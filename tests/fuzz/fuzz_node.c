/* What a node reads from files and from anybody: configuration, genesis descriptions, values of
 * parameters. Never misbehaves; what is accepted reads back as the same; what is refused has a
 * sentence. The first byte chooses. */
#include <stdlib.h>
#include <string.h>

#include "node/api/run.h"
#include "node/service/genesis_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) abort();
}

static void read_config(wc_str text)
{
    static wc_config config, again;
    static uint8_t first[32768], second[32768];
    wc_ini_problem problem;
    wc_buf a, b;
    wc_config_init(&config);
    if (wc_config_read(&config, &problem, text) != WC_OK) {
        require(problem.text[0] != '\0');
        return;
    }
    if (wc_config_check(&config, &problem) != WC_OK) require(problem.text[0] != '\0');
    wc_buf_init(&a, first, sizeof first);
    wc_config_put(&a, &config);
    wc_config_init(&again);
    wc_str printed = {(const char *)a.data, a.len};
    require(wc_config_read(&again, &problem, printed) == WC_OK);
    wc_buf_init(&b, second, sizeof second);
    wc_config_put(&b, &again);
    require(wc_slice_equal(wc_buf_slice(&a), wc_buf_slice(&b)));
}

static void read_genesis(wc_str text)
{
    wc_genesis_result result;
    wc_ini_problem problem;
    wc_public_key key = {{0x58, 0x66}};
    wc_genesis_base base = {&key, "/nowhere", NULL};
    wc_status status = wc_genesis_compile(&result, &problem, text, &base);
    if (status == WC_OK) {
        static wc_genesis genesis;
        size_t bad;
        require(wc_genesis_decode(&genesis, &bad, wc_slice_of(result.bytes, result.len)) == WC_OK);
        wc_genesis_result_free(&result);
    } else {
        require(status == WC_NO_MEMORY || problem.text[0] != '\0');
    }
}

static void read_values(wc_str text)
{
    for (int type = WC_API_NUMBER; type <= WC_API_DATE; type++) {
        wc_api_value value;
        if (wc_api_read(&value, (wc_api_type)type, text)) {
            require(value.has);
            if (type == WC_API_NUMBER) require(value.number < UINT64_C(1) << 53);
            if (type == WC_API_HEX) require(value.bytes.len * 2 == text.len);
        }
        free((void *)(uintptr_t)value.bytes.data);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 65536) return 0;
    wc_str text = {(const char *)data + 1, size - 1};
    switch (data[0]) {
    case 'c': read_config(text); break;
    case 'g': read_genesis(text); break;
    default: read_values(text); break;
    }
    return 0;
}
