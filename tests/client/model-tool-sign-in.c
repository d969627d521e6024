/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool-sign-in.c: commands about what signing in waits for */
#include "config.h"

#include "model-tool.h"

#include <stdio.h>
#include <string.h>

#include "model/linnet-captcha.h"
#include "model/linnet-certificate-question.h"

static void
show_chain (LinnetCertificateQuestion *question)
{
  GListModel *chain = linnet_certificate_question_get_chain (question);

  for (guint i = 0; i < g_list_model_get_n_items (chain); i++)
    {
      g_autoptr (LinnetCertificate) certificate = g_list_model_get_item (chain, i);

      printf ("link %u %s [%s] %s\n", i, linnet_certificate_get_subject (certificate),
              linnet_certificate_get_names (certificate),
              linnet_certificate_get_fingerprint (certificate));
    }
}

static void
show_items (LinnetCaptcha *captcha)
{
  GListModel *items = linnet_captcha_get_items (captcha);

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (LinnetCaptchaItem) item = g_list_model_get_item (items, i);
      GBytes *data = linnet_captcha_item_get_data (item);

      printf ("item %s %" G_GSIZE_FORMAT " bytes%s of %u: %s\n",
              linnet_captcha_item_get_mime (item), data != NULL ? g_bytes_get_size (data) : 0,
              linnet_captcha_item_get_required (item) ? ", required" : "",
              linnet_captcha_get_n_needed (captcha), linnet_captcha_item_get_label (item));
    }
}

static void
question_cb (LinnetQuestion *question)
{
  LinnetQuestionState state = linnet_question_get_state (question);
  const char *text = linnet_question_get_text (question);

  if (state == LINNET_QUESTION_ASKING && LINNET_IS_CERTIFICATE_QUESTION (question))
    show_chain (LINNET_CERTIFICATE_QUESTION (question));
  if (state == LINNET_QUESTION_ASKING && LINNET_IS_CAPTCHA (question))
    show_items (LINNET_CAPTCHA (question));
  printf ("question %s %s\n", model_tool_nick (LINNET_TYPE_QUESTION_STATE, state),
          text != NULL ? text : "");
}

static void
account_question_cb (LinnetAccount *account)
{
  LinnetQuestion *question = linnet_account_get_question (account);

  if (question == NULL)
    {
      printf ("no question\n");
      return;
    }
  g_signal_connect (question, "notify::state", G_CALLBACK (question_cb), NULL);
  question_cb (question);
}

static void
accounts_cb (GListModel *accounts, guint at, guint removed, guint added)
{
  for (guint i = at; i < at + added; i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect (account, "notify::question", G_CALLBACK (account_question_cb), NULL);
    }
}

void
model_tool_handle (Tool *tool, const char *const *words)
{
  GListModel *accounts = linnet_service_get_accounts (tool->service);

  tool->client = linnet_client_new (tool->bus, tool->service, TRUE);
  g_signal_connect (accounts, "items-changed", G_CALLBACK (accounts_cb), NULL);
  accounts_cb (accounts, 0, 0, g_list_model_get_n_items (accounts));
  printf ("handles\n");
}

/* Of whichever account. */
static LinnetQuestion *
question_of (Tool *tool)
{
  GListModel *accounts = linnet_service_get_accounts (tool->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (accounts, i);

      if (linnet_account_get_question (account) != NULL)
        return linnet_account_get_question (account);
    }
  g_error ("Nothing is asked");
}

void
model_tool_accept (Tool *tool, const char *const *words)
{
  linnet_certificate_question_accept (LINNET_CERTIFICATE_QUESTION (question_of (tool)));
}

void
model_tool_reject (Tool *tool, const char *const *words)
{
  linnet_certificate_question_reject (LINNET_CERTIFICATE_QUESTION (question_of (tool)),
                                      LINNET_REJECTION_FINGERPRINT);
}

/* What a person has read off the first item. */
void
model_tool_read (Tool *tool, const char *const *words)
{
  LinnetCaptcha *captcha = LINNET_CAPTCHA (question_of (tool));
  g_autoptr (LinnetCaptchaItem) item =
      g_list_model_get_item (linnet_captcha_get_items (captcha), 0);

  linnet_captcha_item_set_answer (item, words[1]);
  linnet_captcha_answer (captcha);
}

void
model_tool_renew (Tool *tool, const char *const *words)
{
  linnet_captcha_renew (LINNET_CAPTCHA (question_of (tool)));
}

void
model_tool_cancel_question (Tool *tool, const char *const *words)
{
  linnet_question_cancel (question_of (tool));
}
