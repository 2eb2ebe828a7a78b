import { objectsInYaml } from "./construct/yamlText";
import { plain, type Properties } from "./values/value";

/** What a program may ask for by name. @throws Error for a function that this plugin has not */
export function invoke(token: string, args: Properties): Properties {
  switch (token) {
    case "kubernetes:yaml:decode": {
      const { text, defaultNamespace } = plain(args) as { text?: unknown; defaultNamespace?: unknown };
      const objects = objectsInYaml(String(text ?? ""), "text");
      if (typeof defaultNamespace !== "string" || defaultNamespace === "") return { result: objects };
      return { result: objects.map((object) => inNamespace(object, defaultNamespace)) };
    }
    case "kubernetes:helm:template":
      throw new Error("the sandbox's Kubernetes plugin has no helm.v3.Chart: use helm.v4.Chart");
    case "kubernetes:kustomize:directory":
      throw new Error("the sandbox's Kubernetes plugin has no kustomize: render it, and use yaml.v2.ConfigGroup");
    default:
      throw new Error(`the sandbox's Kubernetes plugin has no function ${token}`);
  }
}

function inNamespace(object: Properties, namespace: string): Properties {
  const metadata = (object["metadata"] ?? {}) as Properties;
  return metadata["namespace"] ? object : { ...object, metadata: { ...metadata, namespace } };
}
