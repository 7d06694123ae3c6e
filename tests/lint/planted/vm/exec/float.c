/* Must not compile with -mgeneral-regs-only. */
double cost(double energy, double price)
{
    return energy * price;
}
