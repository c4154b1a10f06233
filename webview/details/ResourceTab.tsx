import type { SpanDetails } from '../../src/core/model/span.ts';
import { visibleLine } from '../../src/core/text/visibleText.ts';
import { AttributeTable } from './AttributeTable.tsx';

/** OTLP Resource and InstrumentationScope of the span. */
export function ResourceTab({ details }: { readonly details: SpanDetails }) {
  const { resource, scope } = details;
  return (
    <>
      <h3>Resource</h3>
      {resource.schemaUrl !== '' && <p class="dim">schema {visibleLine(resource.schemaUrl)}</p>}
      <AttributeTable
        attributes={resource.attributes}
        droppedCount={resource.droppedAttributesCount}
        empty="The sender gave no resource attributes."
      />
      <h3>
        Instrumentation scope <span class="mono">{visibleLine(scope.name) || '(no name)'}</span>
        {scope.version !== '' && <span class="dim">{visibleLine(scope.version)}</span>}
      </h3>
      {scope.schemaUrl !== '' && <p class="dim">schema {visibleLine(scope.schemaUrl)}</p>}
      <AttributeTable
        attributes={scope.attributes}
        droppedCount={scope.droppedAttributesCount}
        empty="The scope has no attributes."
      />
    </>
  );
}
