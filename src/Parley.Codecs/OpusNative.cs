using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Parley.Codecs;

/// <summary>The entry points of libopus (opus.h of version 1.1 and later), found by name at run time.</summary>
/// <remarks>The library stays loaded for the life of the process.</remarks>
internal sealed unsafe class OpusNative
{
    internal const int Ok = 0;
    internal const int ApplicationVoip = 2048;
    internal const int ApplicationLowDelay = 2051;
    internal const int SetApplication = 4000;
    internal const int SetBitrate = 4002;
    internal const int SetVariableBitrate = 4006;
    internal const int SetComplexity = 4010;
    internal const int SetInbandFec = 4012;
    internal const int SetPacketLoss = 4014;
    internal const int SetDiscontinuous = 4016;
    internal const int SetSignal = 4024;
    internal const int SignalVoice = 3001;
    internal const int ResetState = 4028;

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["opus.dll", "libopus-0.dll"]
        : OperatingSystem.IsMacOS() ? ["libopus.0.dylib", "/opt/homebrew/lib/libopus.0.dylib", "/usr/local/lib/libopus.0.dylib"]
        : ["libopus.so.0"];

    /// <summary>On Apple's 64-bit ARM the variable arguments of a C function are on the stack, wherever the others are.</summary>
    private static readonly bool HasVariableArgumentsOnStack = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private readonly delegate* unmanaged<int, int, int, int*, nint> _createEncoder;
    private readonly delegate* unmanaged<nint, void> _destroyEncoder;
    private readonly delegate* unmanaged<nint, short*, int, byte*, int, int> _encode;
    private readonly nint _controlEncoder;
    private readonly delegate* unmanaged<int, int, int*, nint> _createDecoder;
    private readonly delegate* unmanaged<nint, void> _destroyDecoder;
    private readonly delegate* unmanaged<nint, byte*, int, short*, int, int, int> _decode;
    private readonly nint _controlDecoder;

    private OpusNative(nint library)
    {
        _createEncoder = (delegate* unmanaged<int, int, int, int*, nint>)NativeLibrary.GetExport(library, "opus_encoder_create");
        _destroyEncoder = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "opus_encoder_destroy");
        _encode = (delegate* unmanaged<nint, short*, int, byte*, int, int>)NativeLibrary.GetExport(library, "opus_encode");
        _controlEncoder = NativeLibrary.GetExport(library, "opus_encoder_ctl");
        _createDecoder = (delegate* unmanaged<int, int, int*, nint>)NativeLibrary.GetExport(library, "opus_decoder_create");
        _destroyDecoder = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "opus_decoder_destroy");
        _decode = (delegate* unmanaged<nint, byte*, int, short*, int, int, int>)NativeLibrary.GetExport(library, "opus_decode");
        _controlDecoder = NativeLibrary.GetExport(library, "opus_decoder_ctl");
        var version = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "opus_get_version_string");
        Version = Marshal.PtrToStringUTF8(version()) ?? "libopus";
    }

    /// <summary>What the library calls itself.</summary>
    internal string Version { get; }

    internal static bool TryLoad([NotNullWhen(true)] out OpusNative? native)
    {
        native = null;
        foreach (var name in Names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(OpusNative).Assembly, null, out var library)) continue;
            try
            {
                native = new OpusNative(library);
                return true;
            }
            catch (EntryPointNotFoundException)
            {
                NativeLibrary.Free(library);
            }
        }
        return false;
    }

    internal nint CreateEncoder(int sampleRate)
    {
        int error;
        return _createEncoder(sampleRate, 1, ApplicationVoip, &error);
    }

    internal void DestroyEncoder(nint encoder) => _destroyEncoder(encoder);

    internal int Encode(nint encoder, short* samples, int count, byte* payload, int room) => _encode(encoder, samples, count, payload, room);

    internal int ControlEncoder(nint encoder, int request, int value) => Control(_controlEncoder, encoder, request, value);

    internal nint CreateDecoder(int sampleRate)
    {
        int error;
        return _createDecoder(sampleRate, 1, &error);
    }

    internal void DestroyDecoder(nint decoder) => _destroyDecoder(decoder);

    internal int Decode(nint decoder, byte* payload, int length, short* samples, int count, bool isBefore) =>
        _decode(decoder, payload, length, samples, count, isBefore ? 1 : 0);

    internal int ControlDecoder(nint decoder, int request) => Control(_controlDecoder, decoder, request, 0);

    private static int Control(nint function, nint state, int request, int value) => HasVariableArgumentsOnStack
        // Six arguments that nobody reads fill the registers, so that the value lies where the callee looks for it.
        ? ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)function)(state, request, 0, 0, 0, 0, 0, 0, value)
        : ((delegate* unmanaged<nint, int, int, int>)function)(state, request, value);
}
