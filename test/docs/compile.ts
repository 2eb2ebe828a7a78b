import { resolve } from "node:path";
import * as ts from "typescript";

/**
 * What the compiler says against each of these sources, compiled with this repository's settings as files at its root.
 * Nothing is written: the files are in memory only.
 */
export function compilationErrors(sources: Readonly<Record<string, string>>): Record<string, string[]> {
  const { options } = ts.getParsedCommandLineOfConfigFile("tsconfig.json", { noEmit: true }, parseHost) ?? {};
  if (options === undefined) throw new Error("tsconfig.json could not be read");
  const files = new Map(Object.entries(sources).map(([name, text]) => [resolve(`example.${name}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...others) => {
    const text = files.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...others)
      : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const errorsOf = (file: string) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  };
  return Object.fromEntries(Object.keys(sources).map((name) => [name, errorsOf(resolve(`example.${name}.ts`))]));
}

const parseHost: ts.ParseConfigFileHost = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
  },
};
