using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Net;

/// <summary>Native memory that is freed with its owner.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private readonly List<nint> _parts = [];

    /// <summary>Zeroed memory, valid until <see cref="Dispose"/>.</summary>
    public T* Allocate<T>(int count)
        where T : unmanaged
    {
        var part = NativeMemory.AllocZeroed((nuint)count, (nuint)Unsafe.SizeOf<T>());
        _parts.Add((nint)part);
        return (T*)part;
    }

    public void Dispose()
    {
        foreach (var part in _parts) NativeMemory.Free((void*)part);
        _parts.Clear();
    }
}
