import js from "@eslint/js";
import tseslint from "typescript-eslint";

// Who may import whom: the table of the architecture, as the linter checks it. A folder that is not listed may import
// anything. Components reach the provider by its package name only, because the provider process loads it so too.
const everyFolder = [
  "engine",
  "adapters",
  "driver",
  "provider",
  "controller",
  "analytics",
  "components",
  "stacks",
  "simulation",
  "cli",
  "sandbox",
  "bench",
  "test",
];
const mayImport = {
  engine: ["engine"],
  adapters: ["engine", "adapters"],
  driver: ["engine", "adapters", "driver"],
  provider: ["engine", "adapters", "driver", "provider"],
  controller: ["engine", "adapters", "driver", "controller"],
  analytics: ["engine", "adapters", "analytics"],
  components: ["adapters", "components"],
  simulation: ["engine", "simulation"],
  cli: ["engine", "adapters", "driver", "controller", "analytics", "simulation", "cli"],
  stacks: ["components", "stacks"],
};
const importRules = Object.entries(mayImport).map(([folder, allowed]) => {
  const forbidden = everyFolder.filter((other) => !allowed.includes(other));
  const message = `${folder}/ may import only: ${allowed.join(", ")}.`;
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: `^(\\.\\./)+(${forbidden.join("|")})(/|$)`, message },
            // The engine decides; whatever reaches outside is an argument.
            ...(folder === "engine" ? [{ regex: "^[^.]", message: "engine/ is pure: it imports no package." }] : []),
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ["dist/", ".sandbox/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      // Members are left out of an object by naming them beside the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "max-lines": ["error", { max: 300 }],
    },
  },
  ...importRules,
  {
    files: ["engine/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "Date", "process", "setTimeout", "setInterval", "console", "fetch"],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Pass a random source in." },
      ],
    },
  },
);
