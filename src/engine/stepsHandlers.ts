import type { Handlers } from '../protocol/channel.ts';
import { STEP_IDS, type StepMethods } from '../protocol/stepsApi.ts';
import type { ClientViews } from './clientViews.ts';
import { Params } from './params.ts';
import type { StepAnswers } from './stepAnswers.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;

/** Answers about the steps of one client's open views. */
export function stepsHandlers(views: ClientViews, steps: StepAnswers): Handlers<StepMethods> {
  return {
    'steps/list': (params, signal) => {
      const read = new Params('steps/list', params);
      const at = views.tree(read.integer('viewId', 0, MAX_ID));
      const [from, count] = [read.integer('from', 0, MAX_ID), read.integer('count', 0, MAX_ID)];
      return steps.page(at, { from, count, ids: read.texts('ids', STEP_IDS) }, signal);
    },
    'steps/lines': (params, signal) => {
      const read = new Params('steps/lines', params);
      const at = views.tree(read.integer('viewId', 0, MAX_ID));
      const [from, count] = [read.integer('from', 0, MAX_ID), read.integer('count', 0, MAX_ID)];
      return steps.lines(at, read.text('stepId'), from, count, signal);
    },
    'steps/messages': (params, signal) => {
      const read = new Params('steps/messages', params);
      const at = views.tree(read.integer('viewId', 0, MAX_ID));
      const [from, count] = [read.integer('from', 0, MAX_ID), read.integer('count', 0, MAX_ID)];
      return steps.messages(at, read.text('stepId'), from, count, signal);
    },
    'steps/place': async (params, signal) => {
      const read = new Params('steps/place', params);
      const at = views.tree(read.integer('viewId', 0, MAX_ID));
      return { place: await steps.place(at, read.spanId('spanId'), signal) };
    },
  };
}
