/* What a game on texts has written, on a report's page. */
#include "report/page.h"

enum { TEXTS = 6, FREQUENT = 8, MOMENTS = 4 };

/* The beginning, the first generation, the middle and the end. */
static size_t choose_moments(const ag_result *result, size_t moment[MOMENTS])
{
  size_t last = result->generations, count = 0;
  const size_t wanted[MOMENTS] = {0, 1, last / 2, last};
  for (size_t k = 0; k < MOMENTS; k++)
    if (wanted[k] <= last && (count == 0 || wanted[k] > moment[count - 1]))
      moment[count++] = wanted[k];
  return count;
}

static void add_texts(ag_buffer *page, const ag_result_texts *texts, size_t generation)
{
  ag_page_put(page, "<tr><th scope=\"row\">%s",
              generation == 0 ? "the first dataset" : "generation ");
  if (generation > 0)
    ag_page_text(page, ag_text_count(generation).text);
  ag_page_html(page, "</th><td class=\"words\">");
  for (size_t i = 0; i < texts->shown_count[generation] && i < TEXTS; i++) {
    ag_page_html(page, i > 0 ? "<br>" : "");
    ag_page_text(page, texts->shown[generation * AG_TEXTS_SHOWN + i]);
  }
  ag_page_html(page, "</td></tr>\n");
}

static void add_frequent(ag_buffer *page, const ag_result_texts *texts)
{
  ag_page_html(page, "<h3>Most frequent at the end</h3>\n<div class=\"wide\"><table><thead><tr>"
                     "<th scope=\"col\" class=\"words\">text</th><th scope=\"col\">share</th>"
                     "</tr></thead>\n<tbody>\n");
  for (size_t k = 0; k < texts->frequent_count && k < FREQUENT; k++) {
    ag_page_put(page, "<tr><td class=\"words\">%s</td><td>%s</td></tr>\n", texts->frequent[k],
                ag_page_short_share(texts->frequent_share[k]).text);
  }
  ag_page_html(page, "</tbody></table></div>\n");
}

void ag_page_texts(ag_buffer *page, const ag_page_run *run)
{
  const ag_result *result = run->result;
  size_t moment[MOMENTS], moments;
  if (!result->texts)
    return;
  moments = choose_moments(result, moment);
  ag_page_html(page, "<h3>What is published</h3>\n<div class=\"wide\"><table><tbody>\n");
  for (size_t k = 0; k < moments; k++)
    add_texts(page, result->texts, moment[k]);
  ag_page_html(page, "</tbody></table></div>\n");
  if (result->texts->frequent_count > 0)
    add_frequent(page, result->texts);
}
