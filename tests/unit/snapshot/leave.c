/* leave FOLDER: a snapshot in many chunks of a chain with a past, for another engine to check
 * (tests/reference/test_snapshot.py). */
#include <stdio.h>

#include "tests/unit/snapshot/shots.h"

int main(int argc, char **argv)
{
    past p;
    wc_snap_info info;
    wc_store_problem problem;
    wc_snap_options options = {.chunk_bytes = SHOT_CHUNK};
    if (argc != 2) return 2;
    past_open(&p, 41, 20);
    wc_status status = wc_snap_make(&info, &problem, p.w.chain, argv[1], &options);
    if (status != WC_OK) (void)fprintf(stderr, "%s\n", problem.text);
    past_close(&p);
    return status == WC_OK ? 0 : 1;
}
