import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

const WORDS = "/^(?!https?:).*[A-Za-z]{2}/";
const READ = "/^(aria-label|label|title|placeholder|description)$/";

export default defineConfig(
  { ignores: ["dist", "src/client", "node_modules"] },
  ...typescript.configs.strictTypeChecked,
  hooks.configs.flat["recommended-latest"],
  a11y.flatConfigs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "text of a flag is text" },
      ],
      "react/no-danger": "off",
    },
  },
  {
    // Every text that people read stands in the catalogue, src/text.
    files: ["src/**/*.tsx"],
    // Not yet so in the editor of rules.
    ignores: ["src/rules/**", "src/pages/flag/RuleCard.tsx", "src/pages/flag/Targeting.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...[
          `JSXText[value=${WORDS}]`,
          ...["JSXElement", `JSXAttribute[name.name=${READ}]`].flatMap((place) => [
            `${place} > Literal[value=${WORDS}]`,
            `${place} > JSXExpressionContainer > Literal[value=${WORDS}]`,
            `${place} > JSXExpressionContainer > ConditionalExpression > Literal[value=${WORDS}]`,
            `${place} > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${WORDS}]`,
          ]),
        ].map((selector) => ({ selector, message: "a text stands in the catalogue, src/text" })),
      ],
    },
  },
  { files: ["*.ts", "*.js"], extends: [typescript.configs.disableTypeChecked] },
);
