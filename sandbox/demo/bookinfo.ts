/** The Service `reviews` of Istio's sample application, with traffic. */
export const reviewsService = `
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

/** The application, as far as the demo needs it: the namespace, and the Service. */
export const bookinfo = `
apiVersion: v1
kind: Namespace
metadata:
  name: bookinfo
  labels:
    istio-injection: enabled
---${reviewsService}`;
