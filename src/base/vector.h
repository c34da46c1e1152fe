/* A growable array whose storage is in an arena (old storage is abandoned,
 * freed with the arena).
 *
 *     VECTOR(struct value *) values = {0};
 *     VECTOR_PUSH(arena, &values, value);
 *     for (int i = 0; i < values.n; i++)
 *         use(values.at[i]);
 */
#ifndef TAPC_BASE_VECTOR_H
#define TAPC_BASE_VECTOR_H

#include "base/arena.h"

#define VECTOR(type)                                                          \
    struct {                                                                  \
        type *at;                                                             \
        int n;                                                                \
        int capacity;                                                         \
    }

/* Append one element; evaluates "vector" several times. */
#define VECTOR_PUSH(arena, vector, element)                                   \
    ((vector)->n == (vector)->capacity                                        \
            ? (void)((vector)->at =                                           \
                      vector_grow((arena), (vector)->at, (vector)->n,         \
                          &(vector)->capacity, sizeof *(vector)->at))         \
            : (void)0,                                                        \
        (void)((vector)->at[(vector)->n++] = (element)))

/* Storage for more than "n" elements, holding the first "n" of "at". */
void *vector_grow(struct arena *arena, void *at, int n, int *capacity,
    size_t element_bytes);

#endif
