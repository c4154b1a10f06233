import type { Handlers } from '../protocol/channel.ts';
import type { FollowMethods } from '../protocol/followApi.ts';
import type { ClientViews } from './clientViews.ts';
import type { FollowAnswers } from './followAnswers.ts';
import { Params } from './params.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;

/** Answers about values in one client's open views. */
export function followHandlers(views: ClientViews, follow: FollowAnswers): Handlers<FollowMethods> {
  return {
    'values/follow': (params, signal) => {
      const read = new Params('values/follow', params);
      const at = views.tree(read.integer('viewId', 0, MAX_ID));
      return follow.page(at, read.text('text'), read.integer('from', 0, MAX_ID), signal);
    },
  };
}
