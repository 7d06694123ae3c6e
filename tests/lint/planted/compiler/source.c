/* The one file of the compiler that reads files. */
#include <stdio.h>
#include <sys/stat.h>
