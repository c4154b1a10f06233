import { withSpan } from '../../../packages/telemetry/src/spans';
import { stockLevel } from './stock';

type Tool = (input: Record<string, string>) => Promise<unknown>;
const TOOLS: Record<string, Tool> = { stockLevel };

export function runTool(name: string, input: Record<string, string>): Promise<unknown> {
  return withSpan(`execute_tool ${name}`, () => { // span: execute_tool stockLevel // span: execute_tool weather
    const tool = TOOLS[name];
    if (!tool) throw new Error(`unknown tool ${name}`);
    return tool(input);
  });
}
