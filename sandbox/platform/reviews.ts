/** The Service `reviews` of the sample application, with traffic, in the namespace that the platform has made. */
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
