import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import tseslint from "typescript-eslint";

// Who may import whom: the table of the architecture, as the linter checks it. A folder that is not listed as a
// target may import anything. Components reach the provider by its package name only, because the provider process
// loads it by that name too.
const everyFolder = ["engine", "adapters", "driver", "provider", "components", "stacks", "sandbox", "test"];
const mayImport = {
  engine: ["engine"],
  adapters: ["engine", "adapters"],
  driver: ["engine", "adapters", "driver"],
  provider: ["engine", "adapters", "driver", "provider"],
  components: ["components"],
  stacks: ["components", "stacks"],
};
const zones = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./${folder}`,
  from: everyFolder.filter((other) => !allowed.includes(other)).map((other) => `./${other}`),
  message: `${folder}/ may import only: ${allowed.join(", ")}.`,
}));

export default tseslint.config(
  { ignores: ["dist/", ".sandbox/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.test.json" })] },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/no-cycle": "error",
      "max-lines": ["error", { max: 300 }],
    },
  },
  {
    files: ["engine/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "Date", "process", "setTimeout", "setInterval", "console", "fetch"],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Pass a random source in." },
      ],
      "import-x/no-nodejs-modules": "error",
    },
  },
);
