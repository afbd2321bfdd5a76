/* Read by cffi: what the library calls in Python, and interrupt.h. */
volatile sig_atomic_t *aligngame_interrupt_begin(void);
void aligngame_interrupt_end(void);
void free(void *memory);

extern "Python" {
ag_status aligngame_evaluate(void *context, const ag_batch *batch, double *reward,
                             ag_error *error);
ag_status aligngame_fit(void *context, const ag_batch *data, uint64_t seed, ag_error *error);
ag_status aligngame_sample(void *context, size_t count, uint64_t seed, uint32_t *item,
                           double *point, ag_error *error);
ag_status aligngame_write(void *context, size_t count, uint64_t seed, ag_text_writer *writer,
                          ag_error *error);
void aligngame_run_progress(void *context, const ag_progress *progress);
void aligngame_put_aside(void *context, const char *names);
void aligngame_count_progress(void *context, size_t done, size_t of);
void aligngame_named_progress(void *context, const char *what, size_t done, size_t of);
void aligngame_train_progress(void *context, const char *phase, double done, double total,
                              double rate);
}
