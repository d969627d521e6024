/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-page-private.h: what the kinds of LinnetPage are made of */
#pragma once

#include "model/linnet-connection-private.h"
#include "model/linnet-page.h"

void linnet_page_start (LinnetPage *self, LinnetAccount *account);
LinnetConnection *linnet_page_get_connection (LinnetPage *self);
void linnet_page_call (LinnetPage *self,
                       const char *interface,
                       const char *method,
                       GVariant *arguments,
                       const char *reply,
                       GAsyncReadyCallback callback,
                       gpointer data);
void linnet_page_call_extension (LinnetPage *self,
                                 const char *interface,
                                 const char *method,
                                 GVariant *arguments,
                                 const char *reply,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
GVariant *linnet_page_finish (LinnetPage *self,
                              GObject *source,
                              GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;
void linnet_page_set_ready (LinnetPage *self);
void linnet_page_fail (LinnetPage *self, GError *error);
