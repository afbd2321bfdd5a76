/* oneDNN 2 and 3 by the same few calls. Descriptions of memory are values in 2, and handles
 * that have to be freed in 3. */
#ifndef AG_GENERATOR_TRANSFORMER_DNNL_VERSIONS_H
#define AG_GENERATOR_TRANSFORMER_DNNL_VERSIONS_H

#include <oneapi/dnnl/dnnl.h>

/* How a blocked matrix lies. count: of the inner blocks; 0: it is not blocked. */
typedef struct dnnl_layout {
  int count;
  dnnl_dims_t block, axis, step, padded;
} dnnl_layout;

#if DNNL_VERSION_MAJOR >= 3

static inline dnnl_status_t describe_steps(dnnl_memory_desc_t *made, const dnnl_dims_t size,
                                           dnnl_data_type_t type, const dnnl_dims_t steps)
{
  return dnnl_memory_desc_create_with_strides(made, 2, size, type, steps);
}

static inline dnnl_status_t describe_any(dnnl_memory_desc_t *made, const dnnl_dims_t size,
                                         dnnl_data_type_t type)
{
  return dnnl_memory_desc_create_with_tag(made, 2, size, type, dnnl_format_tag_any);
}

static inline void description_free(dnnl_memory_desc_t *old)
{
  if (*old)
    dnnl_memory_desc_destroy(*old);
  *old = NULL;
}

static inline size_t description_size(const dnnl_memory_desc_t *of)
{
  return dnnl_memory_desc_get_size(*of);
}

static inline dnnl_status_t description_layout(const dnnl_memory_desc_t *of, dnnl_layout *layout)
{
  dnnl_format_kind_t kind;
  layout->count = 0;
  dnnl_status_t status = dnnl_memory_desc_query(*of, dnnl_query_format_kind, &kind);
  if (status != dnnl_success || kind != dnnl_blocked)
    return status;
  status = dnnl_memory_desc_query(*of, dnnl_query_inner_nblks_s32, &layout->count);
  const struct {
    dnnl_query_t what;
    dnnl_dim_t *to;
  } list[] = {{dnnl_query_inner_blks, layout->block},
              {dnnl_query_inner_idxs, layout->axis},
              {dnnl_query_strides, layout->step},
              {dnnl_query_padded_dims, layout->padded}};
  for (size_t i = 0; i < sizeof list / sizeof *list && status == dnnl_success; i++) {
    dnnl_dims_t *found = NULL;
    if (layout->count == 0 && i < 2)
      continue;
    status = dnnl_memory_desc_query(*of, list[i].what, &found);
    for (int k = 0; status == dnnl_success && k < (i < 2 ? layout->count : 2); k++)
      list[i].to[k] = (*found)[k];
  }
  return status;
}

/* What a primitive expects, instead of what *to held. */
static inline dnnl_status_t description_of(const_dnnl_primitive_desc_t primitive, dnnl_query_t what,
                                           dnnl_memory_desc_t *to)
{
  description_free(to);
  return dnnl_memory_desc_clone(to, dnnl_primitive_desc_query_md(primitive, what, 0));
}

static inline dnnl_status_t create_product(dnnl_primitive_desc_t *made, dnnl_engine_t device,
                                           const dnnl_memory_desc_t *kind,
                                           const_dnnl_primitive_attr_t attributes)
{
  return dnnl_matmul_primitive_desc_create(made, device, kind[0], kind[1], NULL, kind[2],
                                           attributes);
}

static inline dnnl_status_t create_memory(dnnl_memory_t *made, const dnnl_memory_desc_t *kind,
                                          dnnl_engine_t device)
{
  return dnnl_memory_create(made, *kind, device, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t append_sum(dnnl_post_ops_t after)
{
  return dnnl_post_ops_append_sum(after, 1, 0, dnnl_data_type_undef);
}

#else

static inline dnnl_status_t describe_steps(dnnl_memory_desc_t *made, const dnnl_dims_t size,
                                           dnnl_data_type_t type, const dnnl_dims_t steps)
{
  return dnnl_memory_desc_init_by_strides(made, 2, size, type, steps);
}

static inline dnnl_status_t describe_any(dnnl_memory_desc_t *made, const dnnl_dims_t size,
                                         dnnl_data_type_t type)
{
  return dnnl_memory_desc_init_by_tag(made, 2, size, type, dnnl_format_tag_any);
}

static inline void description_free(dnnl_memory_desc_t *old)
{
  (void)old;
}

static inline size_t description_size(const dnnl_memory_desc_t *of)
{
  return dnnl_memory_desc_get_size(of);
}

static inline dnnl_status_t description_layout(const dnnl_memory_desc_t *of, dnnl_layout *layout)
{
  const dnnl_blocking_desc_t *b = &of->format_desc.blocking;
  layout->count = of->format_kind == dnnl_blocked ? b->inner_nblks : 0;
  for (int i = 0; i < layout->count; i++) {
    layout->block[i] = b->inner_blks[i];
    layout->axis[i] = b->inner_idxs[i];
  }
  for (int i = 0; i < 2; i++) {
    layout->step[i] = b->strides[i];
    layout->padded[i] = of->padded_dims[i];
  }
  return dnnl_success;
}

static inline dnnl_status_t description_of(const_dnnl_primitive_desc_t primitive, dnnl_query_t what,
                                           dnnl_memory_desc_t *to)
{
  *to = *dnnl_primitive_desc_query_md(primitive, what, 0);
  return dnnl_success;
}

static inline dnnl_status_t create_product(dnnl_primitive_desc_t *made, dnnl_engine_t device,
                                           const dnnl_memory_desc_t *kind,
                                           const_dnnl_primitive_attr_t attributes)
{
  dnnl_matmul_desc_t description;
  dnnl_status_t status = dnnl_matmul_desc_init(&description, &kind[0], &kind[1], NULL, &kind[2]);
  return status == dnnl_success
             ? dnnl_primitive_desc_create(made, &description, attributes, device, NULL)
             : status;
}

static inline dnnl_status_t create_memory(dnnl_memory_t *made, const dnnl_memory_desc_t *kind,
                                          dnnl_engine_t device)
{
  return dnnl_memory_create(made, kind, device, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t append_sum(dnnl_post_ops_t after)
{
  return dnnl_post_ops_append_sum(after, 1);
}

#endif

#endif
