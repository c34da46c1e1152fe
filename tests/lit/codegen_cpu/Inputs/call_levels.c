/* One call of levels.dsl's kernel; the sum must be right. */
int main(void)
{
    static float x[40], w[40], y[40];

    for (int i = 0; i < 40; i++) {
        x[i] = (float)i;
        w[i] = 2;
        y[i] = 1;
    }
    if (levels(x, w, y, 40) != 0)
        return 1;
    for (int i = 0; i < 40; i++)
        if (y[i] != 2 * (float)i + 1)
            return 2;
    return 0;
}
