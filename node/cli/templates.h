/* The files of a new project, inside the program: node/cli/templates, one folder for each kind. */
#ifndef WC_NODE_CLI_TEMPLATES_H
#define WC_NODE_CLI_TEMPLATES_H

#include <stddef.h>

typedef struct wc_template {
    const char *kind; /* "ppa"; "" for a file of every kind */
    const char *name; /* of the file; "@NAME@" stands for the project's name, also in text */
    const char *text; /* "@KIND@" stands for the kind */
} wc_template;

extern const wc_template wc_templates[];
extern const size_t wc_template_count;

#endif
