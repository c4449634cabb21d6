//go:build cuda && linux && arm64

// made by go generate from cuda.h; do not edit. 

.text

.globl cuGetErrorString
.hidden cuGetErrorString
.type cuGetErrorString, STT_FUNC
cuGetErrorString:
	adrp x16, lazycuda_slots + 0
	ldr x16, [x16, #:lo12:(lazycuda_slots + 0)]
	br x16

.globl cuGetErrorName
.hidden cuGetErrorName
.type cuGetErrorName, STT_FUNC
cuGetErrorName:
	adrp x16, lazycuda_slots + 8
	ldr x16, [x16, #:lo12:(lazycuda_slots + 8)]
	br x16

.globl cuInit
.hidden cuInit
.type cuInit, STT_FUNC
cuInit:
	adrp x16, lazycuda_slots + 16
	ldr x16, [x16, #:lo12:(lazycuda_slots + 16)]
	br x16

.globl cuDriverGetVersion
.hidden cuDriverGetVersion
.type cuDriverGetVersion, STT_FUNC
cuDriverGetVersion:
	adrp x16, lazycuda_slots + 24
	ldr x16, [x16, #:lo12:(lazycuda_slots + 24)]
	br x16

.globl cuDeviceGet
.hidden cuDeviceGet
.type cuDeviceGet, STT_FUNC
cuDeviceGet:
	adrp x16, lazycuda_slots + 32
	ldr x16, [x16, #:lo12:(lazycuda_slots + 32)]
	br x16

.globl cuDeviceGetCount
.hidden cuDeviceGetCount
.type cuDeviceGetCount, STT_FUNC
cuDeviceGetCount:
	adrp x16, lazycuda_slots + 40
	ldr x16, [x16, #:lo12:(lazycuda_slots + 40)]
	br x16

.globl cuDeviceGetName
.hidden cuDeviceGetName
.type cuDeviceGetName, STT_FUNC
cuDeviceGetName:
	adrp x16, lazycuda_slots + 48
	ldr x16, [x16, #:lo12:(lazycuda_slots + 48)]
	br x16

.globl cuDeviceGetUuid
.hidden cuDeviceGetUuid
.type cuDeviceGetUuid, STT_FUNC
cuDeviceGetUuid:
	adrp x16, lazycuda_slots + 56
	ldr x16, [x16, #:lo12:(lazycuda_slots + 56)]
	br x16

.globl cuDeviceGetUuid_v2
.hidden cuDeviceGetUuid_v2
.type cuDeviceGetUuid_v2, STT_FUNC
cuDeviceGetUuid_v2:
	adrp x16, lazycuda_slots + 64
	ldr x16, [x16, #:lo12:(lazycuda_slots + 64)]
	br x16

.globl cuDeviceTotalMem_v2
.hidden cuDeviceTotalMem_v2
.type cuDeviceTotalMem_v2, STT_FUNC
cuDeviceTotalMem_v2:
	adrp x16, lazycuda_slots + 72
	ldr x16, [x16, #:lo12:(lazycuda_slots + 72)]
	br x16

.globl cuDeviceGetAttribute
.hidden cuDeviceGetAttribute
.type cuDeviceGetAttribute, STT_FUNC
cuDeviceGetAttribute:
	adrp x16, lazycuda_slots + 80
	ldr x16, [x16, #:lo12:(lazycuda_slots + 80)]
	br x16

.globl cuDevicePrimaryCtxRetain
.hidden cuDevicePrimaryCtxRetain
.type cuDevicePrimaryCtxRetain, STT_FUNC
cuDevicePrimaryCtxRetain:
	adrp x16, lazycuda_slots + 88
	ldr x16, [x16, #:lo12:(lazycuda_slots + 88)]
	br x16

.globl cuDevicePrimaryCtxRelease_v2
.hidden cuDevicePrimaryCtxRelease_v2
.type cuDevicePrimaryCtxRelease_v2, STT_FUNC
cuDevicePrimaryCtxRelease_v2:
	adrp x16, lazycuda_slots + 96
	ldr x16, [x16, #:lo12:(lazycuda_slots + 96)]
	br x16

.globl cuDevicePrimaryCtxSetFlags_v2
.hidden cuDevicePrimaryCtxSetFlags_v2
.type cuDevicePrimaryCtxSetFlags_v2, STT_FUNC
cuDevicePrimaryCtxSetFlags_v2:
	adrp x16, lazycuda_slots + 104
	ldr x16, [x16, #:lo12:(lazycuda_slots + 104)]
	br x16

.globl cuDevicePrimaryCtxGetState
.hidden cuDevicePrimaryCtxGetState
.type cuDevicePrimaryCtxGetState, STT_FUNC
cuDevicePrimaryCtxGetState:
	adrp x16, lazycuda_slots + 112
	ldr x16, [x16, #:lo12:(lazycuda_slots + 112)]
	br x16

.globl cuDevicePrimaryCtxReset_v2
.hidden cuDevicePrimaryCtxReset_v2
.type cuDevicePrimaryCtxReset_v2, STT_FUNC
cuDevicePrimaryCtxReset_v2:
	adrp x16, lazycuda_slots + 120
	ldr x16, [x16, #:lo12:(lazycuda_slots + 120)]
	br x16

.globl cuCtxCreate_v2
.hidden cuCtxCreate_v2
.type cuCtxCreate_v2, STT_FUNC
cuCtxCreate_v2:
	adrp x16, lazycuda_slots + 128
	ldr x16, [x16, #:lo12:(lazycuda_slots + 128)]
	br x16

.globl cuCtxDestroy_v2
.hidden cuCtxDestroy_v2
.type cuCtxDestroy_v2, STT_FUNC
cuCtxDestroy_v2:
	adrp x16, lazycuda_slots + 136
	ldr x16, [x16, #:lo12:(lazycuda_slots + 136)]
	br x16

.globl cuCtxPushCurrent_v2
.hidden cuCtxPushCurrent_v2
.type cuCtxPushCurrent_v2, STT_FUNC
cuCtxPushCurrent_v2:
	adrp x16, lazycuda_slots + 144
	ldr x16, [x16, #:lo12:(lazycuda_slots + 144)]
	br x16

.globl cuCtxPopCurrent_v2
.hidden cuCtxPopCurrent_v2
.type cuCtxPopCurrent_v2, STT_FUNC
cuCtxPopCurrent_v2:
	adrp x16, lazycuda_slots + 152
	ldr x16, [x16, #:lo12:(lazycuda_slots + 152)]
	br x16

.globl cuCtxSetCurrent
.hidden cuCtxSetCurrent
.type cuCtxSetCurrent, STT_FUNC
cuCtxSetCurrent:
	adrp x16, lazycuda_slots + 160
	ldr x16, [x16, #:lo12:(lazycuda_slots + 160)]
	br x16

.globl cuCtxGetCurrent
.hidden cuCtxGetCurrent
.type cuCtxGetCurrent, STT_FUNC
cuCtxGetCurrent:
	adrp x16, lazycuda_slots + 168
	ldr x16, [x16, #:lo12:(lazycuda_slots + 168)]
	br x16

.globl cuCtxGetDevice
.hidden cuCtxGetDevice
.type cuCtxGetDevice, STT_FUNC
cuCtxGetDevice:
	adrp x16, lazycuda_slots + 176
	ldr x16, [x16, #:lo12:(lazycuda_slots + 176)]
	br x16

.globl cuCtxGetFlags
.hidden cuCtxGetFlags
.type cuCtxGetFlags, STT_FUNC
cuCtxGetFlags:
	adrp x16, lazycuda_slots + 184
	ldr x16, [x16, #:lo12:(lazycuda_slots + 184)]
	br x16

.globl cuCtxSynchronize
.hidden cuCtxSynchronize
.type cuCtxSynchronize, STT_FUNC
cuCtxSynchronize:
	adrp x16, lazycuda_slots + 192
	ldr x16, [x16, #:lo12:(lazycuda_slots + 192)]
	br x16

.globl cuCtxSetLimit
.hidden cuCtxSetLimit
.type cuCtxSetLimit, STT_FUNC
cuCtxSetLimit:
	adrp x16, lazycuda_slots + 200
	ldr x16, [x16, #:lo12:(lazycuda_slots + 200)]
	br x16

.globl cuCtxGetLimit
.hidden cuCtxGetLimit
.type cuCtxGetLimit, STT_FUNC
cuCtxGetLimit:
	adrp x16, lazycuda_slots + 208
	ldr x16, [x16, #:lo12:(lazycuda_slots + 208)]
	br x16

.globl cuCtxGetCacheConfig
.hidden cuCtxGetCacheConfig
.type cuCtxGetCacheConfig, STT_FUNC
cuCtxGetCacheConfig:
	adrp x16, lazycuda_slots + 216
	ldr x16, [x16, #:lo12:(lazycuda_slots + 216)]
	br x16

.globl cuCtxSetCacheConfig
.hidden cuCtxSetCacheConfig
.type cuCtxSetCacheConfig, STT_FUNC
cuCtxSetCacheConfig:
	adrp x16, lazycuda_slots + 224
	ldr x16, [x16, #:lo12:(lazycuda_slots + 224)]
	br x16

.globl cuCtxGetApiVersion
.hidden cuCtxGetApiVersion
.type cuCtxGetApiVersion, STT_FUNC
cuCtxGetApiVersion:
	adrp x16, lazycuda_slots + 232
	ldr x16, [x16, #:lo12:(lazycuda_slots + 232)]
	br x16

.globl cuCtxGetStreamPriorityRange
.hidden cuCtxGetStreamPriorityRange
.type cuCtxGetStreamPriorityRange, STT_FUNC
cuCtxGetStreamPriorityRange:
	adrp x16, lazycuda_slots + 240
	ldr x16, [x16, #:lo12:(lazycuda_slots + 240)]
	br x16

.globl cuCtxResetPersistingL2Cache
.hidden cuCtxResetPersistingL2Cache
.type cuCtxResetPersistingL2Cache, STT_FUNC
cuCtxResetPersistingL2Cache:
	adrp x16, lazycuda_slots + 248
	ldr x16, [x16, #:lo12:(lazycuda_slots + 248)]
	br x16

.globl cuCtxGetSharedMemConfig
.hidden cuCtxGetSharedMemConfig
.type cuCtxGetSharedMemConfig, STT_FUNC
cuCtxGetSharedMemConfig:
	adrp x16, lazycuda_slots + 256
	ldr x16, [x16, #:lo12:(lazycuda_slots + 256)]
	br x16

.globl cuCtxSetSharedMemConfig
.hidden cuCtxSetSharedMemConfig
.type cuCtxSetSharedMemConfig, STT_FUNC
cuCtxSetSharedMemConfig:
	adrp x16, lazycuda_slots + 264
	ldr x16, [x16, #:lo12:(lazycuda_slots + 264)]
	br x16

.globl cuModuleLoad
.hidden cuModuleLoad
.type cuModuleLoad, STT_FUNC
cuModuleLoad:
	adrp x16, lazycuda_slots + 272
	ldr x16, [x16, #:lo12:(lazycuda_slots + 272)]
	br x16

.globl cuModuleLoadData
.hidden cuModuleLoadData
.type cuModuleLoadData, STT_FUNC
cuModuleLoadData:
	adrp x16, lazycuda_slots + 280
	ldr x16, [x16, #:lo12:(lazycuda_slots + 280)]
	br x16

.globl cuModuleLoadDataEx
.hidden cuModuleLoadDataEx
.type cuModuleLoadDataEx, STT_FUNC
cuModuleLoadDataEx:
	adrp x16, lazycuda_slots + 288
	ldr x16, [x16, #:lo12:(lazycuda_slots + 288)]
	br x16

.globl cuModuleLoadFatBinary
.hidden cuModuleLoadFatBinary
.type cuModuleLoadFatBinary, STT_FUNC
cuModuleLoadFatBinary:
	adrp x16, lazycuda_slots + 296
	ldr x16, [x16, #:lo12:(lazycuda_slots + 296)]
	br x16

.globl cuModuleUnload
.hidden cuModuleUnload
.type cuModuleUnload, STT_FUNC
cuModuleUnload:
	adrp x16, lazycuda_slots + 304
	ldr x16, [x16, #:lo12:(lazycuda_slots + 304)]
	br x16

.globl cuModuleGetFunction
.hidden cuModuleGetFunction
.type cuModuleGetFunction, STT_FUNC
cuModuleGetFunction:
	adrp x16, lazycuda_slots + 312
	ldr x16, [x16, #:lo12:(lazycuda_slots + 312)]
	br x16

.globl cuModuleGetGlobal_v2
.hidden cuModuleGetGlobal_v2
.type cuModuleGetGlobal_v2, STT_FUNC
cuModuleGetGlobal_v2:
	adrp x16, lazycuda_slots + 320
	ldr x16, [x16, #:lo12:(lazycuda_slots + 320)]
	br x16

.globl cuLinkCreate_v2
.hidden cuLinkCreate_v2
.type cuLinkCreate_v2, STT_FUNC
cuLinkCreate_v2:
	adrp x16, lazycuda_slots + 328
	ldr x16, [x16, #:lo12:(lazycuda_slots + 328)]
	br x16

.globl cuLinkAddData_v2
.hidden cuLinkAddData_v2
.type cuLinkAddData_v2, STT_FUNC
cuLinkAddData_v2:
	adrp x16, lazycuda_slots + 336
	ldr x16, [x16, #:lo12:(lazycuda_slots + 336)]
	br x16

.globl cuLinkAddFile_v2
.hidden cuLinkAddFile_v2
.type cuLinkAddFile_v2, STT_FUNC
cuLinkAddFile_v2:
	adrp x16, lazycuda_slots + 344
	ldr x16, [x16, #:lo12:(lazycuda_slots + 344)]
	br x16

.globl cuLinkComplete
.hidden cuLinkComplete
.type cuLinkComplete, STT_FUNC
cuLinkComplete:
	adrp x16, lazycuda_slots + 352
	ldr x16, [x16, #:lo12:(lazycuda_slots + 352)]
	br x16

.globl cuLinkDestroy
.hidden cuLinkDestroy
.type cuLinkDestroy, STT_FUNC
cuLinkDestroy:
	adrp x16, lazycuda_slots + 360
	ldr x16, [x16, #:lo12:(lazycuda_slots + 360)]
	br x16

.globl cuModuleGetTexRef
.hidden cuModuleGetTexRef
.type cuModuleGetTexRef, STT_FUNC
cuModuleGetTexRef:
	adrp x16, lazycuda_slots + 368
	ldr x16, [x16, #:lo12:(lazycuda_slots + 368)]
	br x16

.globl cuModuleGetSurfRef
.hidden cuModuleGetSurfRef
.type cuModuleGetSurfRef, STT_FUNC
cuModuleGetSurfRef:
	adrp x16, lazycuda_slots + 376
	ldr x16, [x16, #:lo12:(lazycuda_slots + 376)]
	br x16

.globl cuMemGetInfo_v2
.hidden cuMemGetInfo_v2
.type cuMemGetInfo_v2, STT_FUNC
cuMemGetInfo_v2:
	adrp x16, lazycuda_slots + 384
	ldr x16, [x16, #:lo12:(lazycuda_slots + 384)]
	br x16

.globl cuMemAlloc_v2
.hidden cuMemAlloc_v2
.type cuMemAlloc_v2, STT_FUNC
cuMemAlloc_v2:
	adrp x16, lazycuda_slots + 392
	ldr x16, [x16, #:lo12:(lazycuda_slots + 392)]
	br x16

.globl cuMemAllocPitch_v2
.hidden cuMemAllocPitch_v2
.type cuMemAllocPitch_v2, STT_FUNC
cuMemAllocPitch_v2:
	adrp x16, lazycuda_slots + 400
	ldr x16, [x16, #:lo12:(lazycuda_slots + 400)]
	br x16

.globl cuMemFree_v2
.hidden cuMemFree_v2
.type cuMemFree_v2, STT_FUNC
cuMemFree_v2:
	adrp x16, lazycuda_slots + 408
	ldr x16, [x16, #:lo12:(lazycuda_slots + 408)]
	br x16

.globl cuMemGetAddressRange_v2
.hidden cuMemGetAddressRange_v2
.type cuMemGetAddressRange_v2, STT_FUNC
cuMemGetAddressRange_v2:
	adrp x16, lazycuda_slots + 416
	ldr x16, [x16, #:lo12:(lazycuda_slots + 416)]
	br x16

.globl cuMemFreeHost
.hidden cuMemFreeHost
.type cuMemFreeHost, STT_FUNC
cuMemFreeHost:
	adrp x16, lazycuda_slots + 424
	ldr x16, [x16, #:lo12:(lazycuda_slots + 424)]
	br x16

.globl cuMemHostAlloc
.hidden cuMemHostAlloc
.type cuMemHostAlloc, STT_FUNC
cuMemHostAlloc:
	adrp x16, lazycuda_slots + 432
	ldr x16, [x16, #:lo12:(lazycuda_slots + 432)]
	br x16

.globl cuMemAllocManaged
.hidden cuMemAllocManaged
.type cuMemAllocManaged, STT_FUNC
cuMemAllocManaged:
	adrp x16, lazycuda_slots + 440
	ldr x16, [x16, #:lo12:(lazycuda_slots + 440)]
	br x16

.globl cuMemcpy
.hidden cuMemcpy
.type cuMemcpy, STT_FUNC
cuMemcpy:
	adrp x16, lazycuda_slots + 448
	ldr x16, [x16, #:lo12:(lazycuda_slots + 448)]
	br x16

.globl cuMemcpyPeer
.hidden cuMemcpyPeer
.type cuMemcpyPeer, STT_FUNC
cuMemcpyPeer:
	adrp x16, lazycuda_slots + 456
	ldr x16, [x16, #:lo12:(lazycuda_slots + 456)]
	br x16

.globl cuMemcpyHtoD_v2
.hidden cuMemcpyHtoD_v2
.type cuMemcpyHtoD_v2, STT_FUNC
cuMemcpyHtoD_v2:
	adrp x16, lazycuda_slots + 464
	ldr x16, [x16, #:lo12:(lazycuda_slots + 464)]
	br x16

.globl cuMemcpyDtoH_v2
.hidden cuMemcpyDtoH_v2
.type cuMemcpyDtoH_v2, STT_FUNC
cuMemcpyDtoH_v2:
	adrp x16, lazycuda_slots + 472
	ldr x16, [x16, #:lo12:(lazycuda_slots + 472)]
	br x16

.globl cuMemcpyDtoD_v2
.hidden cuMemcpyDtoD_v2
.type cuMemcpyDtoD_v2, STT_FUNC
cuMemcpyDtoD_v2:
	adrp x16, lazycuda_slots + 480
	ldr x16, [x16, #:lo12:(lazycuda_slots + 480)]
	br x16

.globl cuMemcpyDtoA_v2
.hidden cuMemcpyDtoA_v2
.type cuMemcpyDtoA_v2, STT_FUNC
cuMemcpyDtoA_v2:
	adrp x16, lazycuda_slots + 488
	ldr x16, [x16, #:lo12:(lazycuda_slots + 488)]
	br x16

.globl cuMemcpyAtoD_v2
.hidden cuMemcpyAtoD_v2
.type cuMemcpyAtoD_v2, STT_FUNC
cuMemcpyAtoD_v2:
	adrp x16, lazycuda_slots + 496
	ldr x16, [x16, #:lo12:(lazycuda_slots + 496)]
	br x16

.globl cuMemcpyHtoA_v2
.hidden cuMemcpyHtoA_v2
.type cuMemcpyHtoA_v2, STT_FUNC
cuMemcpyHtoA_v2:
	adrp x16, lazycuda_slots + 504
	ldr x16, [x16, #:lo12:(lazycuda_slots + 504)]
	br x16

.globl cuMemcpyAtoH_v2
.hidden cuMemcpyAtoH_v2
.type cuMemcpyAtoH_v2, STT_FUNC
cuMemcpyAtoH_v2:
	adrp x16, lazycuda_slots + 512
	ldr x16, [x16, #:lo12:(lazycuda_slots + 512)]
	br x16

.globl cuMemcpyAtoA_v2
.hidden cuMemcpyAtoA_v2
.type cuMemcpyAtoA_v2, STT_FUNC
cuMemcpyAtoA_v2:
	adrp x16, lazycuda_slots + 520
	ldr x16, [x16, #:lo12:(lazycuda_slots + 520)]
	br x16

.globl cuMemcpy2D_v2
.hidden cuMemcpy2D_v2
.type cuMemcpy2D_v2, STT_FUNC
cuMemcpy2D_v2:
	adrp x16, lazycuda_slots + 528
	ldr x16, [x16, #:lo12:(lazycuda_slots + 528)]
	br x16

.globl cuMemcpy2DUnaligned_v2
.hidden cuMemcpy2DUnaligned_v2
.type cuMemcpy2DUnaligned_v2, STT_FUNC
cuMemcpy2DUnaligned_v2:
	adrp x16, lazycuda_slots + 536
	ldr x16, [x16, #:lo12:(lazycuda_slots + 536)]
	br x16

.globl cuMemcpy3D_v2
.hidden cuMemcpy3D_v2
.type cuMemcpy3D_v2, STT_FUNC
cuMemcpy3D_v2:
	adrp x16, lazycuda_slots + 544
	ldr x16, [x16, #:lo12:(lazycuda_slots + 544)]
	br x16

.globl cuMemcpy3DPeer
.hidden cuMemcpy3DPeer
.type cuMemcpy3DPeer, STT_FUNC
cuMemcpy3DPeer:
	adrp x16, lazycuda_slots + 552
	ldr x16, [x16, #:lo12:(lazycuda_slots + 552)]
	br x16

.globl cuMemcpyAsync
.hidden cuMemcpyAsync
.type cuMemcpyAsync, STT_FUNC
cuMemcpyAsync:
	adrp x16, lazycuda_slots + 560
	ldr x16, [x16, #:lo12:(lazycuda_slots + 560)]
	br x16

.globl cuMemcpyPeerAsync
.hidden cuMemcpyPeerAsync
.type cuMemcpyPeerAsync, STT_FUNC
cuMemcpyPeerAsync:
	adrp x16, lazycuda_slots + 568
	ldr x16, [x16, #:lo12:(lazycuda_slots + 568)]
	br x16

.globl cuMemcpyHtoDAsync_v2
.hidden cuMemcpyHtoDAsync_v2
.type cuMemcpyHtoDAsync_v2, STT_FUNC
cuMemcpyHtoDAsync_v2:
	adrp x16, lazycuda_slots + 576
	ldr x16, [x16, #:lo12:(lazycuda_slots + 576)]
	br x16

.globl cuMemcpyDtoHAsync_v2
.hidden cuMemcpyDtoHAsync_v2
.type cuMemcpyDtoHAsync_v2, STT_FUNC
cuMemcpyDtoHAsync_v2:
	adrp x16, lazycuda_slots + 584
	ldr x16, [x16, #:lo12:(lazycuda_slots + 584)]
	br x16

.globl cuMemcpyDtoDAsync_v2
.hidden cuMemcpyDtoDAsync_v2
.type cuMemcpyDtoDAsync_v2, STT_FUNC
cuMemcpyDtoDAsync_v2:
	adrp x16, lazycuda_slots + 592
	ldr x16, [x16, #:lo12:(lazycuda_slots + 592)]
	br x16

.globl cuMemcpyHtoAAsync_v2
.hidden cuMemcpyHtoAAsync_v2
.type cuMemcpyHtoAAsync_v2, STT_FUNC
cuMemcpyHtoAAsync_v2:
	adrp x16, lazycuda_slots + 600
	ldr x16, [x16, #:lo12:(lazycuda_slots + 600)]
	br x16

.globl cuMemcpyAtoHAsync_v2
.hidden cuMemcpyAtoHAsync_v2
.type cuMemcpyAtoHAsync_v2, STT_FUNC
cuMemcpyAtoHAsync_v2:
	adrp x16, lazycuda_slots + 608
	ldr x16, [x16, #:lo12:(lazycuda_slots + 608)]
	br x16

.globl cuMemcpy2DAsync_v2
.hidden cuMemcpy2DAsync_v2
.type cuMemcpy2DAsync_v2, STT_FUNC
cuMemcpy2DAsync_v2:
	adrp x16, lazycuda_slots + 616
	ldr x16, [x16, #:lo12:(lazycuda_slots + 616)]
	br x16

.globl cuMemcpy3DAsync_v2
.hidden cuMemcpy3DAsync_v2
.type cuMemcpy3DAsync_v2, STT_FUNC
cuMemcpy3DAsync_v2:
	adrp x16, lazycuda_slots + 624
	ldr x16, [x16, #:lo12:(lazycuda_slots + 624)]
	br x16

.globl cuMemcpy3DPeerAsync
.hidden cuMemcpy3DPeerAsync
.type cuMemcpy3DPeerAsync, STT_FUNC
cuMemcpy3DPeerAsync:
	adrp x16, lazycuda_slots + 632
	ldr x16, [x16, #:lo12:(lazycuda_slots + 632)]
	br x16

.globl cuMemsetD8_v2
.hidden cuMemsetD8_v2
.type cuMemsetD8_v2, STT_FUNC
cuMemsetD8_v2:
	adrp x16, lazycuda_slots + 640
	ldr x16, [x16, #:lo12:(lazycuda_slots + 640)]
	br x16

.globl cuMemsetD16_v2
.hidden cuMemsetD16_v2
.type cuMemsetD16_v2, STT_FUNC
cuMemsetD16_v2:
	adrp x16, lazycuda_slots + 648
	ldr x16, [x16, #:lo12:(lazycuda_slots + 648)]
	br x16

.globl cuMemsetD32_v2
.hidden cuMemsetD32_v2
.type cuMemsetD32_v2, STT_FUNC
cuMemsetD32_v2:
	adrp x16, lazycuda_slots + 656
	ldr x16, [x16, #:lo12:(lazycuda_slots + 656)]
	br x16

.globl cuMemsetD2D8_v2
.hidden cuMemsetD2D8_v2
.type cuMemsetD2D8_v2, STT_FUNC
cuMemsetD2D8_v2:
	adrp x16, lazycuda_slots + 664
	ldr x16, [x16, #:lo12:(lazycuda_slots + 664)]
	br x16

.globl cuMemsetD2D16_v2
.hidden cuMemsetD2D16_v2
.type cuMemsetD2D16_v2, STT_FUNC
cuMemsetD2D16_v2:
	adrp x16, lazycuda_slots + 672
	ldr x16, [x16, #:lo12:(lazycuda_slots + 672)]
	br x16

.globl cuMemsetD2D32_v2
.hidden cuMemsetD2D32_v2
.type cuMemsetD2D32_v2, STT_FUNC
cuMemsetD2D32_v2:
	adrp x16, lazycuda_slots + 680
	ldr x16, [x16, #:lo12:(lazycuda_slots + 680)]
	br x16

.globl cuMemsetD8Async
.hidden cuMemsetD8Async
.type cuMemsetD8Async, STT_FUNC
cuMemsetD8Async:
	adrp x16, lazycuda_slots + 688
	ldr x16, [x16, #:lo12:(lazycuda_slots + 688)]
	br x16

.globl cuMemsetD16Async
.hidden cuMemsetD16Async
.type cuMemsetD16Async, STT_FUNC
cuMemsetD16Async:
	adrp x16, lazycuda_slots + 696
	ldr x16, [x16, #:lo12:(lazycuda_slots + 696)]
	br x16

.globl cuMemsetD32Async
.hidden cuMemsetD32Async
.type cuMemsetD32Async, STT_FUNC
cuMemsetD32Async:
	adrp x16, lazycuda_slots + 704
	ldr x16, [x16, #:lo12:(lazycuda_slots + 704)]
	br x16

.globl cuMemsetD2D8Async
.hidden cuMemsetD2D8Async
.type cuMemsetD2D8Async, STT_FUNC
cuMemsetD2D8Async:
	adrp x16, lazycuda_slots + 712
	ldr x16, [x16, #:lo12:(lazycuda_slots + 712)]
	br x16

.globl cuMemsetD2D16Async
.hidden cuMemsetD2D16Async
.type cuMemsetD2D16Async, STT_FUNC
cuMemsetD2D16Async:
	adrp x16, lazycuda_slots + 720
	ldr x16, [x16, #:lo12:(lazycuda_slots + 720)]
	br x16

.globl cuMemsetD2D32Async
.hidden cuMemsetD2D32Async
.type cuMemsetD2D32Async, STT_FUNC
cuMemsetD2D32Async:
	adrp x16, lazycuda_slots + 728
	ldr x16, [x16, #:lo12:(lazycuda_slots + 728)]
	br x16

.globl cuArrayCreate_v2
.hidden cuArrayCreate_v2
.type cuArrayCreate_v2, STT_FUNC
cuArrayCreate_v2:
	adrp x16, lazycuda_slots + 736
	ldr x16, [x16, #:lo12:(lazycuda_slots + 736)]
	br x16

.globl cuArrayGetDescriptor_v2
.hidden cuArrayGetDescriptor_v2
.type cuArrayGetDescriptor_v2, STT_FUNC
cuArrayGetDescriptor_v2:
	adrp x16, lazycuda_slots + 744
	ldr x16, [x16, #:lo12:(lazycuda_slots + 744)]
	br x16

.globl cuArrayDestroy
.hidden cuArrayDestroy
.type cuArrayDestroy, STT_FUNC
cuArrayDestroy:
	adrp x16, lazycuda_slots + 752
	ldr x16, [x16, #:lo12:(lazycuda_slots + 752)]
	br x16

.globl cuArray3DCreate_v2
.hidden cuArray3DCreate_v2
.type cuArray3DCreate_v2, STT_FUNC
cuArray3DCreate_v2:
	adrp x16, lazycuda_slots + 760
	ldr x16, [x16, #:lo12:(lazycuda_slots + 760)]
	br x16

.globl cuArray3DGetDescriptor_v2
.hidden cuArray3DGetDescriptor_v2
.type cuArray3DGetDescriptor_v2, STT_FUNC
cuArray3DGetDescriptor_v2:
	adrp x16, lazycuda_slots + 768
	ldr x16, [x16, #:lo12:(lazycuda_slots + 768)]
	br x16

.globl cuPointerGetAttribute
.hidden cuPointerGetAttribute
.type cuPointerGetAttribute, STT_FUNC
cuPointerGetAttribute:
	adrp x16, lazycuda_slots + 776
	ldr x16, [x16, #:lo12:(lazycuda_slots + 776)]
	br x16

.globl cuMemPrefetchAsync
.hidden cuMemPrefetchAsync
.type cuMemPrefetchAsync, STT_FUNC
cuMemPrefetchAsync:
	adrp x16, lazycuda_slots + 784
	ldr x16, [x16, #:lo12:(lazycuda_slots + 784)]
	br x16

.globl cuMemAdvise
.hidden cuMemAdvise
.type cuMemAdvise, STT_FUNC
cuMemAdvise:
	adrp x16, lazycuda_slots + 792
	ldr x16, [x16, #:lo12:(lazycuda_slots + 792)]
	br x16

.globl cuPointerSetAttribute
.hidden cuPointerSetAttribute
.type cuPointerSetAttribute, STT_FUNC
cuPointerSetAttribute:
	adrp x16, lazycuda_slots + 800
	ldr x16, [x16, #:lo12:(lazycuda_slots + 800)]
	br x16

.globl cuStreamCreate
.hidden cuStreamCreate
.type cuStreamCreate, STT_FUNC
cuStreamCreate:
	adrp x16, lazycuda_slots + 808
	ldr x16, [x16, #:lo12:(lazycuda_slots + 808)]
	br x16

.globl cuStreamCreateWithPriority
.hidden cuStreamCreateWithPriority
.type cuStreamCreateWithPriority, STT_FUNC
cuStreamCreateWithPriority:
	adrp x16, lazycuda_slots + 816
	ldr x16, [x16, #:lo12:(lazycuda_slots + 816)]
	br x16

.globl cuStreamGetPriority
.hidden cuStreamGetPriority
.type cuStreamGetPriority, STT_FUNC
cuStreamGetPriority:
	adrp x16, lazycuda_slots + 824
	ldr x16, [x16, #:lo12:(lazycuda_slots + 824)]
	br x16

.globl cuStreamGetFlags
.hidden cuStreamGetFlags
.type cuStreamGetFlags, STT_FUNC
cuStreamGetFlags:
	adrp x16, lazycuda_slots + 832
	ldr x16, [x16, #:lo12:(lazycuda_slots + 832)]
	br x16

.globl cuStreamWaitEvent
.hidden cuStreamWaitEvent
.type cuStreamWaitEvent, STT_FUNC
cuStreamWaitEvent:
	adrp x16, lazycuda_slots + 840
	ldr x16, [x16, #:lo12:(lazycuda_slots + 840)]
	br x16

.globl cuStreamAttachMemAsync
.hidden cuStreamAttachMemAsync
.type cuStreamAttachMemAsync, STT_FUNC
cuStreamAttachMemAsync:
	adrp x16, lazycuda_slots + 848
	ldr x16, [x16, #:lo12:(lazycuda_slots + 848)]
	br x16

.globl cuStreamQuery
.hidden cuStreamQuery
.type cuStreamQuery, STT_FUNC
cuStreamQuery:
	adrp x16, lazycuda_slots + 856
	ldr x16, [x16, #:lo12:(lazycuda_slots + 856)]
	br x16

.globl cuStreamSynchronize
.hidden cuStreamSynchronize
.type cuStreamSynchronize, STT_FUNC
cuStreamSynchronize:
	adrp x16, lazycuda_slots + 864
	ldr x16, [x16, #:lo12:(lazycuda_slots + 864)]
	br x16

.globl cuStreamDestroy_v2
.hidden cuStreamDestroy_v2
.type cuStreamDestroy_v2, STT_FUNC
cuStreamDestroy_v2:
	adrp x16, lazycuda_slots + 872
	ldr x16, [x16, #:lo12:(lazycuda_slots + 872)]
	br x16

.globl cuEventCreate
.hidden cuEventCreate
.type cuEventCreate, STT_FUNC
cuEventCreate:
	adrp x16, lazycuda_slots + 880
	ldr x16, [x16, #:lo12:(lazycuda_slots + 880)]
	br x16

.globl cuEventRecord
.hidden cuEventRecord
.type cuEventRecord, STT_FUNC
cuEventRecord:
	adrp x16, lazycuda_slots + 888
	ldr x16, [x16, #:lo12:(lazycuda_slots + 888)]
	br x16

.globl cuEventQuery
.hidden cuEventQuery
.type cuEventQuery, STT_FUNC
cuEventQuery:
	adrp x16, lazycuda_slots + 896
	ldr x16, [x16, #:lo12:(lazycuda_slots + 896)]
	br x16

.globl cuEventSynchronize
.hidden cuEventSynchronize
.type cuEventSynchronize, STT_FUNC
cuEventSynchronize:
	adrp x16, lazycuda_slots + 904
	ldr x16, [x16, #:lo12:(lazycuda_slots + 904)]
	br x16

.globl cuEventDestroy_v2
.hidden cuEventDestroy_v2
.type cuEventDestroy_v2, STT_FUNC
cuEventDestroy_v2:
	adrp x16, lazycuda_slots + 912
	ldr x16, [x16, #:lo12:(lazycuda_slots + 912)]
	br x16

.globl cuEventElapsedTime
.hidden cuEventElapsedTime
.type cuEventElapsedTime, STT_FUNC
cuEventElapsedTime:
	adrp x16, lazycuda_slots + 920
	ldr x16, [x16, #:lo12:(lazycuda_slots + 920)]
	br x16

.globl cuStreamWaitValue32_v2
.hidden cuStreamWaitValue32_v2
.type cuStreamWaitValue32_v2, STT_FUNC
cuStreamWaitValue32_v2:
	adrp x16, lazycuda_slots + 928
	ldr x16, [x16, #:lo12:(lazycuda_slots + 928)]
	br x16

.globl cuStreamWriteValue32_v2
.hidden cuStreamWriteValue32_v2
.type cuStreamWriteValue32_v2, STT_FUNC
cuStreamWriteValue32_v2:
	adrp x16, lazycuda_slots + 936
	ldr x16, [x16, #:lo12:(lazycuda_slots + 936)]
	br x16

.globl cuFuncGetAttribute
.hidden cuFuncGetAttribute
.type cuFuncGetAttribute, STT_FUNC
cuFuncGetAttribute:
	adrp x16, lazycuda_slots + 944
	ldr x16, [x16, #:lo12:(lazycuda_slots + 944)]
	br x16

.globl cuFuncSetAttribute
.hidden cuFuncSetAttribute
.type cuFuncSetAttribute, STT_FUNC
cuFuncSetAttribute:
	adrp x16, lazycuda_slots + 952
	ldr x16, [x16, #:lo12:(lazycuda_slots + 952)]
	br x16

.globl cuFuncSetCacheConfig
.hidden cuFuncSetCacheConfig
.type cuFuncSetCacheConfig, STT_FUNC
cuFuncSetCacheConfig:
	adrp x16, lazycuda_slots + 960
	ldr x16, [x16, #:lo12:(lazycuda_slots + 960)]
	br x16

.globl cuLaunchKernel
.hidden cuLaunchKernel
.type cuLaunchKernel, STT_FUNC
cuLaunchKernel:
	adrp x16, lazycuda_slots + 968
	ldr x16, [x16, #:lo12:(lazycuda_slots + 968)]
	br x16

.globl cuFuncSetSharedMemConfig
.hidden cuFuncSetSharedMemConfig
.type cuFuncSetSharedMemConfig, STT_FUNC
cuFuncSetSharedMemConfig:
	adrp x16, lazycuda_slots + 976
	ldr x16, [x16, #:lo12:(lazycuda_slots + 976)]
	br x16

.globl cuGraphCreate
.hidden cuGraphCreate
.type cuGraphCreate, STT_FUNC
cuGraphCreate:
	adrp x16, lazycuda_slots + 984
	ldr x16, [x16, #:lo12:(lazycuda_slots + 984)]
	br x16

.globl cuGraphAddKernelNode_v2
.hidden cuGraphAddKernelNode_v2
.type cuGraphAddKernelNode_v2, STT_FUNC
cuGraphAddKernelNode_v2:
	adrp x16, lazycuda_slots + 992
	ldr x16, [x16, #:lo12:(lazycuda_slots + 992)]
	br x16

.globl cuGraphAddMemcpyNode
.hidden cuGraphAddMemcpyNode
.type cuGraphAddMemcpyNode, STT_FUNC
cuGraphAddMemcpyNode:
	adrp x16, lazycuda_slots + 1000
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1000)]
	br x16

.globl cuGraphAddMemsetNode
.hidden cuGraphAddMemsetNode
.type cuGraphAddMemsetNode, STT_FUNC
cuGraphAddMemsetNode:
	adrp x16, lazycuda_slots + 1008
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1008)]
	br x16

.globl cuGraphAddHostNode
.hidden cuGraphAddHostNode
.type cuGraphAddHostNode, STT_FUNC
cuGraphAddHostNode:
	adrp x16, lazycuda_slots + 1016
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1016)]
	br x16

.globl cuGraphAddChildGraphNode
.hidden cuGraphAddChildGraphNode
.type cuGraphAddChildGraphNode, STT_FUNC
cuGraphAddChildGraphNode:
	adrp x16, lazycuda_slots + 1024
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1024)]
	br x16

.globl cuGraphAddEmptyNode
.hidden cuGraphAddEmptyNode
.type cuGraphAddEmptyNode, STT_FUNC
cuGraphAddEmptyNode:
	adrp x16, lazycuda_slots + 1032
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1032)]
	br x16

.globl cuGraphClone
.hidden cuGraphClone
.type cuGraphClone, STT_FUNC
cuGraphClone:
	adrp x16, lazycuda_slots + 1040
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1040)]
	br x16

.globl cuGraphGetEdges
.hidden cuGraphGetEdges
.type cuGraphGetEdges, STT_FUNC
cuGraphGetEdges:
	adrp x16, lazycuda_slots + 1048
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1048)]
	br x16

.globl cuGraphAddDependencies
.hidden cuGraphAddDependencies
.type cuGraphAddDependencies, STT_FUNC
cuGraphAddDependencies:
	adrp x16, lazycuda_slots + 1056
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1056)]
	br x16

.globl cuGraphDestroyNode
.hidden cuGraphDestroyNode
.type cuGraphDestroyNode, STT_FUNC
cuGraphDestroyNode:
	adrp x16, lazycuda_slots + 1064
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1064)]
	br x16

.globl cuStreamBeginCapture_v2
.hidden cuStreamBeginCapture_v2
.type cuStreamBeginCapture_v2, STT_FUNC
cuStreamBeginCapture_v2:
	adrp x16, lazycuda_slots + 1072
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1072)]
	br x16

.globl cuStreamEndCapture
.hidden cuStreamEndCapture
.type cuStreamEndCapture, STT_FUNC
cuStreamEndCapture:
	adrp x16, lazycuda_slots + 1080
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1080)]
	br x16

.globl cuGraphInstantiateWithFlags
.hidden cuGraphInstantiateWithFlags
.type cuGraphInstantiateWithFlags, STT_FUNC
cuGraphInstantiateWithFlags:
	adrp x16, lazycuda_slots + 1088
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1088)]
	br x16

.globl cuGraphLaunch
.hidden cuGraphLaunch
.type cuGraphLaunch, STT_FUNC
cuGraphLaunch:
	adrp x16, lazycuda_slots + 1096
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1096)]
	br x16

.globl cuGraphExecDestroy
.hidden cuGraphExecDestroy
.type cuGraphExecDestroy, STT_FUNC
cuGraphExecDestroy:
	adrp x16, lazycuda_slots + 1104
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1104)]
	br x16

.globl cuGraphDestroy
.hidden cuGraphDestroy
.type cuGraphDestroy, STT_FUNC
cuGraphDestroy:
	adrp x16, lazycuda_slots + 1112
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1112)]
	br x16

.globl cuOccupancyMaxActiveBlocksPerMultiprocessor
.hidden cuOccupancyMaxActiveBlocksPerMultiprocessor
.type cuOccupancyMaxActiveBlocksPerMultiprocessor, STT_FUNC
cuOccupancyMaxActiveBlocksPerMultiprocessor:
	adrp x16, lazycuda_slots + 1120
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1120)]
	br x16

.globl cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
.hidden cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
.type cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags, STT_FUNC
cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags:
	adrp x16, lazycuda_slots + 1128
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1128)]
	br x16

.globl cuOccupancyMaxPotentialBlockSize
.hidden cuOccupancyMaxPotentialBlockSize
.type cuOccupancyMaxPotentialBlockSize, STT_FUNC
cuOccupancyMaxPotentialBlockSize:
	adrp x16, lazycuda_slots + 1136
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1136)]
	br x16

.globl cuTexRefSetArray
.hidden cuTexRefSetArray
.type cuTexRefSetArray, STT_FUNC
cuTexRefSetArray:
	adrp x16, lazycuda_slots + 1144
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1144)]
	br x16

.globl cuTexRefSetAddress_v2
.hidden cuTexRefSetAddress_v2
.type cuTexRefSetAddress_v2, STT_FUNC
cuTexRefSetAddress_v2:
	adrp x16, lazycuda_slots + 1152
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1152)]
	br x16

.globl cuTexRefSetAddress2D_v3
.hidden cuTexRefSetAddress2D_v3
.type cuTexRefSetAddress2D_v3, STT_FUNC
cuTexRefSetAddress2D_v3:
	adrp x16, lazycuda_slots + 1160
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1160)]
	br x16

.globl cuTexRefSetFormat
.hidden cuTexRefSetFormat
.type cuTexRefSetFormat, STT_FUNC
cuTexRefSetFormat:
	adrp x16, lazycuda_slots + 1168
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1168)]
	br x16

.globl cuTexRefSetAddressMode
.hidden cuTexRefSetAddressMode
.type cuTexRefSetAddressMode, STT_FUNC
cuTexRefSetAddressMode:
	adrp x16, lazycuda_slots + 1176
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1176)]
	br x16

.globl cuTexRefSetFilterMode
.hidden cuTexRefSetFilterMode
.type cuTexRefSetFilterMode, STT_FUNC
cuTexRefSetFilterMode:
	adrp x16, lazycuda_slots + 1184
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1184)]
	br x16

.globl cuTexRefSetMipmapFilterMode
.hidden cuTexRefSetMipmapFilterMode
.type cuTexRefSetMipmapFilterMode, STT_FUNC
cuTexRefSetMipmapFilterMode:
	adrp x16, lazycuda_slots + 1192
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1192)]
	br x16

.globl cuTexRefSetMipmapLevelBias
.hidden cuTexRefSetMipmapLevelBias
.type cuTexRefSetMipmapLevelBias, STT_FUNC
cuTexRefSetMipmapLevelBias:
	adrp x16, lazycuda_slots + 1200
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1200)]
	br x16

.globl cuTexRefSetMipmapLevelClamp
.hidden cuTexRefSetMipmapLevelClamp
.type cuTexRefSetMipmapLevelClamp, STT_FUNC
cuTexRefSetMipmapLevelClamp:
	adrp x16, lazycuda_slots + 1208
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1208)]
	br x16

.globl cuTexRefSetMaxAnisotropy
.hidden cuTexRefSetMaxAnisotropy
.type cuTexRefSetMaxAnisotropy, STT_FUNC
cuTexRefSetMaxAnisotropy:
	adrp x16, lazycuda_slots + 1216
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1216)]
	br x16

.globl cuTexRefSetBorderColor
.hidden cuTexRefSetBorderColor
.type cuTexRefSetBorderColor, STT_FUNC
cuTexRefSetBorderColor:
	adrp x16, lazycuda_slots + 1224
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1224)]
	br x16

.globl cuTexRefSetFlags
.hidden cuTexRefSetFlags
.type cuTexRefSetFlags, STT_FUNC
cuTexRefSetFlags:
	adrp x16, lazycuda_slots + 1232
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1232)]
	br x16

.globl cuTexRefGetAddress_v2
.hidden cuTexRefGetAddress_v2
.type cuTexRefGetAddress_v2, STT_FUNC
cuTexRefGetAddress_v2:
	adrp x16, lazycuda_slots + 1240
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1240)]
	br x16

.globl cuTexRefGetArray
.hidden cuTexRefGetArray
.type cuTexRefGetArray, STT_FUNC
cuTexRefGetArray:
	adrp x16, lazycuda_slots + 1248
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1248)]
	br x16

.globl cuTexRefGetAddressMode
.hidden cuTexRefGetAddressMode
.type cuTexRefGetAddressMode, STT_FUNC
cuTexRefGetAddressMode:
	adrp x16, lazycuda_slots + 1256
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1256)]
	br x16

.globl cuTexRefGetFilterMode
.hidden cuTexRefGetFilterMode
.type cuTexRefGetFilterMode, STT_FUNC
cuTexRefGetFilterMode:
	adrp x16, lazycuda_slots + 1264
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1264)]
	br x16

.globl cuTexRefGetFormat
.hidden cuTexRefGetFormat
.type cuTexRefGetFormat, STT_FUNC
cuTexRefGetFormat:
	adrp x16, lazycuda_slots + 1272
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1272)]
	br x16

.globl cuTexRefGetMaxAnisotropy
.hidden cuTexRefGetMaxAnisotropy
.type cuTexRefGetMaxAnisotropy, STT_FUNC
cuTexRefGetMaxAnisotropy:
	adrp x16, lazycuda_slots + 1280
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1280)]
	br x16

.globl cuTexRefGetBorderColor
.hidden cuTexRefGetBorderColor
.type cuTexRefGetBorderColor, STT_FUNC
cuTexRefGetBorderColor:
	adrp x16, lazycuda_slots + 1288
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1288)]
	br x16

.globl cuTexRefGetFlags
.hidden cuTexRefGetFlags
.type cuTexRefGetFlags, STT_FUNC
cuTexRefGetFlags:
	adrp x16, lazycuda_slots + 1296
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1296)]
	br x16

.globl cuSurfRefSetArray
.hidden cuSurfRefSetArray
.type cuSurfRefSetArray, STT_FUNC
cuSurfRefSetArray:
	adrp x16, lazycuda_slots + 1304
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1304)]
	br x16

.globl cuSurfRefGetArray
.hidden cuSurfRefGetArray
.type cuSurfRefGetArray, STT_FUNC
cuSurfRefGetArray:
	adrp x16, lazycuda_slots + 1312
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1312)]
	br x16

.globl cuDeviceCanAccessPeer
.hidden cuDeviceCanAccessPeer
.type cuDeviceCanAccessPeer, STT_FUNC
cuDeviceCanAccessPeer:
	adrp x16, lazycuda_slots + 1320
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1320)]
	br x16

.globl cuCtxEnablePeerAccess
.hidden cuCtxEnablePeerAccess
.type cuCtxEnablePeerAccess, STT_FUNC
cuCtxEnablePeerAccess:
	adrp x16, lazycuda_slots + 1328
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1328)]
	br x16

.globl cuCtxDisablePeerAccess
.hidden cuCtxDisablePeerAccess
.type cuCtxDisablePeerAccess, STT_FUNC
cuCtxDisablePeerAccess:
	adrp x16, lazycuda_slots + 1336
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1336)]
	br x16

.globl cuIpcGetEventHandle
.hidden cuIpcGetEventHandle
.type cuIpcGetEventHandle, STT_FUNC
cuIpcGetEventHandle:
	adrp x16, lazycuda_slots + 1344
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1344)]
	br x16

.globl cuIpcOpenEventHandle
.hidden cuIpcOpenEventHandle
.type cuIpcOpenEventHandle, STT_FUNC
cuIpcOpenEventHandle:
	adrp x16, lazycuda_slots + 1352
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1352)]
	br x16

.globl cuIpcGetMemHandle
.hidden cuIpcGetMemHandle
.type cuIpcGetMemHandle, STT_FUNC
cuIpcGetMemHandle:
	adrp x16, lazycuda_slots + 1360
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1360)]
	br x16

.globl cuIpcOpenMemHandle_v2
.hidden cuIpcOpenMemHandle_v2
.type cuIpcOpenMemHandle_v2, STT_FUNC
cuIpcOpenMemHandle_v2:
	adrp x16, lazycuda_slots + 1368
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1368)]
	br x16

.globl cuIpcCloseMemHandle
.hidden cuIpcCloseMemHandle
.type cuIpcCloseMemHandle, STT_FUNC
cuIpcCloseMemHandle:
	adrp x16, lazycuda_slots + 1376
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1376)]
	br x16

.globl cuDeviceGetP2PAttribute
.hidden cuDeviceGetP2PAttribute
.type cuDeviceGetP2PAttribute, STT_FUNC
cuDeviceGetP2PAttribute:
	adrp x16, lazycuda_slots + 1384
	ldr x16, [x16, #:lo12:(lazycuda_slots + 1384)]
	br x16

.section .note.GNU-stack,"",%progbits
