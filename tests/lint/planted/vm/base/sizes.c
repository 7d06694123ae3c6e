#define NO_OPENING_COMMENT
/* 58 statements and two braces are 60 lines. */
void just_short_enough(void)
{
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
}

void one_line_too_long(void)
{
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
    x();
}

static int six(int a, int b, int (*c)(int, int), int d, int e, int f)
{
}

static int seven(int a, int b, int c, int d,
                 int e, int f, int g)
{
}
int tail; 
	int tab;
/* xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
/* éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé */
/* xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
int no_end_of_line;