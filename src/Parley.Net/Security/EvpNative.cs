using System.Runtime.InteropServices;

namespace Parley.Net;

/// <summary>The part of OpenSSL 3's EVP interface that authenticated encryption needs, from the library that .NET itself uses on Linux.</summary>
/// <remarks>Functions that return <c>int</c> return 1 when they went well.</remarks>
internal static unsafe partial class EvpNative
{
    internal const string Library = "libcrypto.so.3";

    internal const int GetTag = 0x10;
    internal const int SetTag = 0x11;

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    internal static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    internal static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_gcm")]
    internal static partial nint Aes128Gcm();

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    internal static partial int Initialise(nint context, nint cipher, nint engine, byte* key, byte* nonce, int isSeal);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    internal static partial int Update(nint context, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    internal static partial int Finish(nint context, byte* output, int* outputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    internal static partial int Control(nint context, int type, int argument, byte* data);
}
