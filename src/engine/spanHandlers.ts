import type { Handlers } from '../protocol/channel.ts';
import type { EngineMethods, Page } from '../protocol/engineApi.ts';
import { Params } from './params.ts';
import type { SpanAnswers } from './spanAnswers.ts';

const MAX_ID = Number.MAX_SAFE_INTEGER;

type SpanMethod = Extract<keyof EngineMethods, `span/${string}`>;

/** Answers about single spans. */
export function spanHandlers(spans: SpanAnswers): Pick<Handlers<EngineMethods>, SpanMethod> {
  return {
    'span/details': (params) => spans.details(new Params('span/details', params).spanRef()),
    'span/model': (params) => spans.model(new Params('span/model', params).spanRef()),
    'span/events': (params) => {
      const read = new Params('span/events', params);
      return spans.events(read.spanRef(), page(read));
    },
    'span/logs': (params) => {
      const read = new Params('span/logs', params);
      return spans.logs(read.spanRef(), page(read));
    },
    'span/hints': (params) => spans.hints(new Params('span/hints', params).spanRef()),
    'span/value': (params) => {
      const read = new Params('span/value', params);
      return spans.value(read.spanRef(), read.text('ref'), read.integer('offset', 0, MAX_ID));
    },
    'span/summary': (params) => spans.summary(new Params('span/summary', params).spanRef()),
  };
}

function page(params: Params): Page {
  return { from: params.integer('from', 0, MAX_ID), limit: params.integer('limit', 0, MAX_ID) };
}
