import type { SpanRef } from '../../src/core/model/span.ts';
import type { DetailsActions } from '../details/detailsActions.ts';
import type { PanelModel } from '../state/panelModel.ts';

/** What parts of a span's details ask of the panel. */
export function detailsActionsOf(panel: PanelModel, ref: SpanRef): DetailsActions {
  return {
    copy: (text, what) => panel.outside.copy(text, what),
    loadValue: (cut) => panel.outside.loadValue(cut, ref),
    saveValue: (valueRef, what) => panel.outside.saveValue(ref, valueRef, what),
    saveText: (text, name) => panel.outside.saveText(text, name),
    openSource: (candidate, toSide) => panel.source.open(ref, candidate, toSide),
    openFrame: (stack, textStart) => panel.source.openFrame(ref, stack, textStart),
    openLog: (logIndex) => panel.source.openLog(ref, logIndex),
    showMore: (what) => panel.details.showMore(what),
    preferSource: (candidate) => panel.source.prefer(ref, candidate),
    searchSource: () => panel.source.search(ref),
    openPathMappings: () => panel.action('openPathMappings'),
    turnOnContent: (library) => panel.outside.turnOnContent(ref, library),
    openTrace: (traceId, spanId) => void panel.openTrace(traceId, spanId, true),
  };
}
