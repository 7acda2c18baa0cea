using System.Runtime.InteropServices;

namespace Parley.Net;

/// <summary>An EVP_CIPHER_CTX, freed with its key when nobody holds it any more.</summary>
internal sealed class EvpContext : SafeHandle
{
    internal EvpContext()
        : base(nint.Zero, ownsHandle: true)
    {
        SetHandle(EvpNative.NewContext());
    }

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The native pointer; valid while this object is reachable and not disposed.</summary>
    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        EvpNative.FreeContext(handle);
        return true;
    }
}
