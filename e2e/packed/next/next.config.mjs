export default {
  serverExternalPackages: ['nogil'], // this
};
