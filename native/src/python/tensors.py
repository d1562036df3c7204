"""Memory of tensors that have no buffer protocol."""


def tensor_array(object):
    """A NumPy array over the memory of a tensor; None for what is no tensor.

    NumPy knows every version of DLPack, its strides and its types, and says what lies on another device. So it is
    asked, rather than a capsule taken apart here a second time.

    Source: https://dmlc.github.io/dlpack/latest/python_spec.html
    """
    if not hasattr(type(object), "__dlpack__"):
        return None
    try:
        import numpy
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        raise TypeError(
            f"a {type(object).__name__} has no buffer protocol, only __dlpack__, which is read through NumPy: "
            "install numpy"
        ) from None
    return numpy.from_dlpack(object)
