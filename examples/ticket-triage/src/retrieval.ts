import { readFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { finishRequest, runService, type Route } from './http.ts';
import { rerank } from './rerank.ts';
import { SearchIndex, type HelpDocument } from './searchIndex.ts';
import { finish, log, serverSpan } from './telemetry.ts';

export interface SearchRequest {
  query: string;
  /** The product's name as the shop prints it on the order. */
  productName: string;
}

export interface SearchAnswer {
  documents: { id: string; title: string; text: string; score: number }[];
  considered: number;
}

const tracer = trace.getTracer('ticket-triage.retrieval');

/** Candidates that go on to re-ranking. */
const candidateLimit = 500;
/** Documents that go back to the caller. */
const answerLimit = 5;

/** Names in the shop, and the product each is filed under in the help centre. */
const productFilters: Record<string, string> = {
  'Aurora Kettle': 'aurora-kettle',
  'Birch Toaster': 'birch-toaster',
  'Cedar Coffee Maker': 'cedar-coffee-maker',
  'Dune Blender': 'dune-blender',
  'Ember Air Fryer': 'ember-air-fryer',
  'Fjord Ice Maker': 'fjord-ice-maker',
  'Glade Rice Cooker': 'glade-rice-cooker',
  'Harbor Dishwasher': 'harbor-dishwasher',
  'Iris Camera': 'iris-camera',
  'Juniper Doorbell': 'juniper-doorbell',
  'Kestrel Smart Lock': 'kestrel-smart-lock',
  'Lumen Desk Lamp': 'lumen-desk-lamp',
  'Meadow Thermostat': 'meadow-thermostat',
  'Nimbus Air Purifier': 'nimbus-air-purifier',
  'Opal Humidifier': 'opal-humidifier',
  'Pine Heater': 'pine-heater',
  'Quartz Watch': 'quartz-watch',
  'Raven Headphones': 'raven-headphones',
  'Sable Earbuds': 'sable-earbuds',
  'Tundra Speaker': 'tundra-speaker',
  'Umbra Soundbar': 'umbra-soundbar',
  'Vesper Turntable': 'vesper-turntable',
  'Willow Vacuum': 'willow-vacuum',
  'Xenon Mop': 'xenon-mop',
  'Yarrow Iron': 'yarrow-iron',
  'Zephyr Fan': 'zephyr-fan',
  'Alder Scale': 'alder-scale',
  'Brook Toothbrush': 'brook-toothbrush',
  'Cove Hair Dryer': 'cove-hair-dryer',
  'Delta Shaver': 'delta-shaver',
  'Elm Massager': 'elm-massager',
  'Flint Bike Light': 'flint-bike-light',
};

const lines = readFileSync(new URL('../data/documents.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const index = new SearchIndex(lines.map((line) => JSON.parse(line) as HelpDocument));

function filterFor(productName: string): string | undefined {
  return tracer.startActiveSpan('retrieval.filter', (span) => {
    const product = productFilters[productName];
    span.setAttribute('retrieval.product_name', productName);
    if (product === undefined) log('WARN', `no filter for product "${productName}"`, { 'product.name': productName });
    else span.setAttribute('retrieval.filter', JSON.stringify({ product }));
    span.end();
    return product;
  });
}

function search({ query, productName }: SearchRequest): Promise<SearchAnswer> {
  return tracer.startActiveSpan('retrieval.search', (span) =>
    finish(span, async () => {
      const candidates = index.candidates(filterFor(productName));

      const found = await tracer.startActiveSpan('retrieval.score', (scoring) =>
        finish(scoring, () => {
          const results = index.search(query, candidates, candidateLimit);
          scoring.setAttributes({ 'retrieval.candidates': candidates.size, 'retrieval.algorithm': 'bm25' });
          return results;
        }),
      );

      const ranked = await tracer.startActiveSpan('retrieval.rerank', (ranking) =>
        finish(ranking, () => {
          ranking.setAttributes({
            'retrieval.documents.count': found.length,
            'retrieval.algorithm': 'late-interaction',
          });
          return rerank(query, found);
        }),
      );

      span.setAttributes({
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.data_source.id': 'help-center',
        'gen_ai.retrieval.query.text': query,
        'gen_ai.retrieval.documents': JSON.stringify(
          ranked.map(({ document, score }) => ({ id: document.id, score: round(score), title: document.title })),
        ),
        'retrieval.documents.count': ranked.length,
      });
      log('INFO', `${String(ranked.length)} documents for "${productName}"`, {
        'retrieval.documents.count': ranked.length,
      });
      return {
        documents: ranked.slice(0, answerLimit).map(({ document, score }) => ({
          id: document.id,
          title: document.title,
          text: document.text,
          score: round(score),
        })),
        considered: ranked.length,
      };
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

const searchRoute: Route = ({ body, parent }) =>
  tracer.startActiveSpan('POST /search', serverSpan('POST', '/search'), parent, (span) =>
    finishRequest(span, () => search(body as SearchRequest)),
  );

await runService('retrieval', { '/search': searchRoute });
