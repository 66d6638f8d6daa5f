/** What is stored and read under its name and nothing else: meetings, field lists, shapes, bookmarks, breakers, views of accounts, what is known of webhooks. */
import type {
  AccountViews,
  Bookmarks,
  Breakers,
  FieldLists,
  Meetings,
  Shapes,
  WebhookStates,
} from '../../ports/control.ts';
import { asNumber } from './attributes.ts';
import { follows } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf } from './sort-keys.ts';
import { stored, storedIfAny } from './stored-values.ts';

const meetingKey = (table: string, server: string) => ({ pk: 'meeting', sk: partsOf(table, server) });

export const meetingsIn = (documents: Documents): Meetings => ({
  async meeting(table, server) {
    return storedIfAny('meeting', await documents.get(meetingKey(table, server)));
  },
  async putMeeting(meeting) {
    await documents.replace(meetingKey(meeting.table, meeting.server), meeting);
  },
  async meetings() {
    return (await documents.list('meeting')).map((meeting) => stored('meeting', meeting));
  },
});

const fieldListKey = (server: string, database: string, layout: string) => ({
  pk: 'field-list',
  sk: partsOf(server, database, layout),
});

export const fieldListsIn = (documents: Documents): FieldLists => ({
  async fieldList(server, database, layout) {
    return storedIfAny('fieldList', await documents.get(fieldListKey(server, database, layout)));
  },
  async putFieldList(list) {
    await documents.replace(fieldListKey(list.server, list.database, list.layout), list);
  },
});

const shapeKey = (table: string) => ({ pk: 'shape', sk: `table ${table}` });

export const shapesIn = (documents: Documents): Shapes => ({
  async shape(table) {
    return storedIfAny('shape', await documents.get(shapeKey(table)));
  },
  async putShape(shape) {
    await documents.replace(shapeKey(shape.table), shape);
  },
});

const bookmarkKey = (table: string, server: string) => ({ pk: 'bookmark', sk: partsOf(table, server) });

export const bookmarksIn = (documents: Documents): Bookmarks => ({
  async bookmark(table, server) {
    return storedIfAny('bookmark', await documents.get(bookmarkKey(table, server)));
  },
  async putBookmark(bookmark) {
    await documents.replace(bookmarkKey(bookmark.table, bookmark.server), bookmark);
  },
  async dropBookmark(table, server) {
    await documents.table.remove(bookmarkKey(table, server));
  },
  async bookmarks() {
    return (await documents.list('bookmark')).map((bookmark) => stored('bookmark', bookmark));
  },
});

const accountViewKey = (table: string, server: string) => ({
  pk: 'account-view',
  sk: partsOf(table, server),
});

export const accountViewsIn = (documents: Documents): AccountViews => ({
  async accountView(table, server) {
    return storedIfAny('accountView', await documents.get(accountViewKey(table, server)));
  },
  async putAccountView(view) {
    await documents.replace(accountViewKey(view.table, view.server), view);
  },
});

const breakerKey = (server: string, task: string) => ({ pk: 'breaker', sk: partsOf(server, task) });

export const breakersIn = (documents: Documents): Breakers => ({
  async breaker(server, task) {
    return storedIfAny('breaker', await documents.get(breakerKey(server, task)));
  },
  putBreaker(breaker) {
    const { server, task, rev } = breaker;
    return documents.put(breakerKey(server, task), breaker, { rev: asNumber(rev) }, follows('rev', rev - 1));
  },
  async breakers() {
    return (await documents.list('breaker')).map((breaker) => stored('breaker', breaker));
  },
});

const webhookKey = (server: string) => ({ pk: 'webhook', sk: `server ${server}` });

export const webhookStatesIn = (documents: Documents): WebhookStates => ({
  async webhookState(server) {
    return storedIfAny('webhookState', await documents.get(webhookKey(server)));
  },
  async putWebhookState(state) {
    await documents.replace(webhookKey(state.server), state);
  },
  async webhookStates() {
    return (await documents.list('webhook')).map((state) => stored('webhookState', state));
  },
});
