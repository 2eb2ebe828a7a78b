// Command istio-crds prints Istio's CustomResourceDefinitions, which its Go module embeds.
package main

import (
	"io/fs"
	"log"
	"os"

	"istio.io/istio/manifests"
)

func main() {
	crds, err := fs.ReadFile(manifests.BuiltinOrDir(""), "charts/base/files/crd-all.gen.yaml")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(crds); err != nil {
		log.Fatal(err)
	}
}
