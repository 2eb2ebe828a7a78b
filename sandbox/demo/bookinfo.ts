/** Istio's sample application, as far as the demo needs it: the namespace, and the Service `reviews` with traffic. */
export const bookinfo = `
apiVersion: v1
kind: Namespace
metadata:
  name: bookinfo
  labels:
    istio-injection: enabled
---
apiVersion: v1
kind: Service
metadata:
  name: reviews
  namespace: bookinfo
  annotations:
    mesh.serin.dev/requests-per-second: "100"
spec:
  selector:
    app: reviews
  ports:
    - name: http
      port: 9080
`;
