/* A double in a comment is fine; TODO is not. */
static const char *text = "float, strcpy(a, b)";

double price;
__int128 wide;
int floating, my_float, float_; /* other words */
char c = '"'; float after_quote;
