/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-page.h: what a page shows of an account's connection, for as long as the page is there */
#pragma once

#include <gio/gio.h>

#include "model/linnet-account.h"

G_BEGIN_DECLS

typedef enum
{
  LINNET_PAGE_OFFLINE = 0, /* it is asked for when the account is online */
  LINNET_PAGE_LOADING,
  LINNET_PAGE_READY,
  LINNET_PAGE_FAILED, /* error-text says why */
} LinnetPageState;

#define LINNET_TYPE_PAGE_STATE (linnet_page_state_get_type ())
GType linnet_page_state_get_type (void);

/* Properties: state, error-text. Whoever closes a page before its answers have come gives them up
 * by g_object_run_dispose (). */
#define LINNET_TYPE_PAGE (linnet_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (LinnetPage, linnet_page, LINNET, PAGE, GObject)

/* Each (nullable); `signal` gets those of the Connection object. */
struct _LinnetPageClass
{
  GObjectClass parent_class;

  void (*ask) (LinnetPage *self);
  void (*leave) (LinnetPage *self);
  void (*signal) (LinnetPage *self, const char *member, GVariant *arguments);
};

LinnetPageState linnet_page_get_state (LinnetPage *self);
const char *linnet_page_get_error_text (LinnetPage *self); /* (nullable) */
LinnetAccount *linnet_page_get_account (LinnetPage *self);
void linnet_page_load (LinnetPage *self);

G_END_DECLS
