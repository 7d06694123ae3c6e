/* Assembles the text form of a module from a file, computes its gas bounds, verifies it and prints
 * its bytes in hex. make_conformance.py calls it; what it prints is committed with the vectors. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/sha256.h"
#include "vm/isa/isa.h"

#define TEXT_MAX (4u << 20)

static int refuse(const char *what, uint32_t line)
{
    (void)fprintf(stderr, "%s at line %" PRIu32 "\n", what, line);
    return 1;
}

static int print_module(const wc_module *module)
{
    static uint8_t bytes[WC_MODULE_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_module_encode(module, &buf);
    if (buf.full) return refuse("the module is too large", 0);
    for (size_t i = 0; i < buf.len; i++) (void)printf("%02x", bytes[i]);
    return printf("\n") == 1 ? 0 : 1;
}

static int assemble(wc_str text)
{
    uint8_t *memory = malloc(WC_MODULE_ARENA_SIZE * 4);
    if (memory == NULL) return refuse("no memory", 0);
    wc_arena arena;
    wc_arena_init(&arena, memory, WC_MODULE_ARENA_SIZE * 4);
    wc_module *module = NULL;
    uint32_t line = 0;
    wc_finding finding;
    wc_status status = wc_module_assemble(text, wc_test_sha256, &arena, &module, &line);
    int result = 1;
    if (status != WC_OK) {
        (void)refuse(wc_status_name(status), line);
    } else if (wc_module_bound(module, wc_test_sha256, &arena, &finding) != WC_OK) {
        (void)fprintf(stderr, "%s: %s: function %d, word %" PRIu32 "\n", finding.code, finding.text,
                      finding.function, finding.word);
    } else {
        result = print_module(module);
    }
    free(memory);
    return result;
}

int main(int argc, char **argv)
{
    static char text[TEXT_MAX];
    if (argc != 2) return refuse("usage: wc_conformance_assemble FILE", 0);
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) return refuse("cannot read the file", 0);
    size_t len = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    if (len == sizeof text) return refuse("the text is too long", 0);
    return assemble((wc_str){text, len});
}
